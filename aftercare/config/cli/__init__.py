"""The command line: `aftercare`. Each command is a module of its own; --help teaches.

Commands find their database by themselves: DATABASE_URL, or the embedded server in the data folder, which they start
and keep for as long as they run.
"""

from aftercare.config.cli.main import main

__all__ = ["main"]
