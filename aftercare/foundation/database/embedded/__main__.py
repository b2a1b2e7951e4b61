"""Hold a lease for as long as this process runs, and fail when the server is lost.

    python -m aftercare.foundation.database.embedded HOME [--port N]

A supervisor that runs this beside processes that only connect brings the server back after whatever befell it.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import NoReturn

from aftercare.foundation.database.embedded.errors import EmbeddedPostgresError
from aftercare.foundation.database.embedded.server import EmbeddedPostgres

LOOK_SECONDS = 0.5


def main() -> NoReturn:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    hold(options.home, port=options.port)


def hold(home: Path, *, port: int | None = None) -> NoReturn:
    """End with an error once there is no server any more."""
    server = EmbeddedPostgres(home, port=port)
    try:
        with server.acquire():
            print(f"PostgreSQL runs, data in {server.status().data}", flush=True)  # noqa: T201
            while server.is_kept():
                time.sleep(LOOK_SECONDS)
    except EmbeddedPostgresError as error:
        sys.exit(str(error))
    sys.exit("PostgreSQL has stopped")


if __name__ == "__main__":
    main()
