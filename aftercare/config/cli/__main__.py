"""`python -m aftercare.config.cli`: how the supervisor starts its workers."""

from aftercare.config.cli.main import main

main()
