"""A process of its own for one dry run: `python -m aftercare.engagement.journeys.dry_run ID`."""

import os
import sys

import django

_NICE = 10

if __name__ == "__main__":
    os.nice(_NICE)
    django.setup()
    # Models cannot be imported before.
    from aftercare.engagement.journeys.dry_run.errand import run_errand

    run_errand(sys.argv[1])
