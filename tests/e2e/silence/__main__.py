"""A parcel falls silent, and a whole carrier does: what shoppers and staff see of it, as pictures and as lists of events.

    .venv/bin/python -m tests.e2e.silence FOLDER

In a database of its own, with the product's pages as they are at each moment of the story; the story is the one that
tests/config/test_from_silence_to_recovery.py holds to exact counts. Takes about a minute.
"""

import importlib
import sys
from pathlib import Path

from bench.scratch import scratch_database

if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    chosen.mkdir(parents=True, exist_ok=True)
    with scratch_database():
        # Only now: the models cannot be imported before the scratch database is Django's.
        importlib.import_module("tests.e2e.silence.story").tell(chosen)
