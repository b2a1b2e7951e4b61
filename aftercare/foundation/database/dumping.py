"""A database out to a stream and back, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from psycopg.conninfo import make_conninfo

from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.embedded.binaries import find_binaries
from aftercare.foundation.database.embedded.errors import BinariesMissingError
from aftercare.foundation.kit.errors import Refusal

_PIECE = 1 << 20
# gzip is in every build; higher levels take much longer for a few percent.
_DUMP = ("--format=custom", "--compress=gzip:4", "--no-owner", "--no-privileges", "--verbose")
_LOAD = ("--no-owner", "--no-privileges", "--exit-on-error", "--verbose")
_WHERE = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
# What either program says once for each table, whose rows are all the work there is.
_TABLE = ("dumping contents of table", "processing data for table")
_LAST_WORDS = 5
Heard = Callable[[], object]


class NotDumped(Refusal):
    """PostgreSQL's program gave up."""

    code = "database_program_failed"


def dump(*, snapshot: str, to: IO[bytes], on_table: Heard) -> None:
    """Write the database as it is in an exported snapshot; raises NotDumped with the program's own words."""
    with _running("pg_dump", *_DUMP, f"--snapshot={snapshot}", on_table=on_table) as program:
        assert program.stdout is not None
        shutil.copyfileobj(program.stdout, to, _PIECE)


def load(*, dbname: str, source: IO[bytes], on_table: Heard) -> None:
    """Fill an empty database of the same server; raises NotDumped with the program's own words."""
    with _running("pg_restore", *_LOAD, dbname=dbname, on_table=on_table) as program:
        assert program.stdin is not None
        try:
            shutil.copyfileobj(source, program.stdin, _PIECE)
        except BrokenPipeError:
            pass  # it says itself why it reads no further
        finally:
            program.stdin.close()


@contextmanager
def _running(
    name: str, *arguments: str, on_table: Heard, dbname: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:  # fmt: skip
    parameters = connection_parameters() | ({"dbname": dbname} if dbname else {})
    where = make_conninfo(**{key: value for key, value in parameters.items() if key in _WHERE and value})
    environment = {**os.environ, "PGPASSWORD": str(parameters.get("password") or ""), "LC_ALL": "C"}
    with subprocess.Popen(  # noqa: S603 -- a program of PostgreSQL
        [_program(name), *arguments, f"--dbname={where}"],
        stdin=subprocess.PIPE if name == "pg_restore" else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if name == "pg_restore" else subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment,
    ) as program:  # fmt: skip
        said: list[str] = []
        assert program.stderr is not None
        listener = threading.Thread(target=_listen, args=(program.stderr, said, on_table))
        listener.start()
        try:
            yield program
        except BaseException:
            program.kill()
            raise
        finally:
            listener.join()
        if program.wait():
            raise NotDumped(f"{name} gave up: {' '.join(said[-_LAST_WORDS:])}")


def _listen(stderr: IO[bytes], said: list[str], on_table: Heard) -> None:
    for line in stderr:
        text = line.decode("utf-8", "replace").strip()
        if any(words in text for words in _TABLE):
            on_table()
        elif "error:" in text or said:
            said.append(text)


def _program(name: str) -> str:
    """The embedded server's, which knows every version from before; else the system's."""
    try:
        return find_binaries().program(name)
    except BinariesMissingError:
        found = shutil.which(name)
    if found is None:
        raise NotDumped(f"{name} is not installed.", remedy="Install PostgreSQL's client programs.")
    return str(Path(found))
