"""What the runs over recorded payloads are asked for, and what a wrong folder is told."""

import argparse
from pathlib import Path


class Recordings:
    """The words of one such run: its folder of recordings, how often each is spoilt, and the seed of that."""

    def __init__(self, name: str, *, reads: str, holds: str) -> None:
        parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=reads)
        parser.add_argument("--data", type=Path, required=True, help=f"a folder that holds {holds}")
        parser.add_argument("--mutations", type=int, default=0, help="how often each recording is spoilt")
        parser.add_argument("--seed", type=int, default=1)
        given = parser.parse_args()
        if not given.data.is_dir():
            parser.error(f"there is no folder {given.data}")
        self.data: Path = given.data
        self.mutations: int = given.mutations
        self.seed: int = given.seed
        self._holds = holds

    def exit_code(self, *, read: int, failed: int) -> int:
        """0 if something was read and nothing failed."""
        if not read:
            print(f"Nothing was read: {self.data} should hold {self._holds}.")
            return 2
        return 1 if failed else 0
