"""The log and its size."""

import os
from pathlib import Path

from aftercare.foundation.database.embedded.server_log import ServerLog


def test_a_full_log_makes_room_and_the_oldest_is_dropped(tmp_path: Path) -> None:
    log = ServerLog(tmp_path / "postgres.log", largest=10)
    for number in range(6):
        log.write(b"%d=========\n" % number)

    contents = {path.name: path.read_text()[0] for path in tmp_path.iterdir()}

    assert contents == {"postgres.log": "5", "postgres.log.1": "4", "postgres.log.2": "3", "postgres.log.3": "2"}


def test_only_the_owner_may_read_the_log(tmp_path: Path) -> None:
    ServerLog(tmp_path / "postgres.log").note("started")

    assert (tmp_path / "postgres.log").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "postgres.log").read_text() == "aftercare: started\n"


def test_a_log_that_cannot_be_written_still_remembers_the_last_words(tmp_path: Path) -> None:
    log = ServerLog(tmp_path / "absent" / "postgres.log")

    log.write(b"FATAL: the disk is full\n")

    assert log.last_words() == "FATAL: the disk is full"


def test_the_words_of_an_earlier_server_can_be_forgotten(tmp_path: Path) -> None:
    log = ServerLog(tmp_path / "postgres.log")
    log.write(b"old\n")
    log.forget()
    log.write(b"new\n")

    assert log.last_words() == "new"


def test_output_is_taken_as_it_comes_and_its_end_is_noticed(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    log = ServerLog(tmp_path / "postgres.log")
    os.write(writing, b"ready\n")

    assert log.pump(reading, timeout=0)
    assert not log.pump(reading, timeout=0)
    os.close(writing)
    assert not log.pump(reading, timeout=60)

    assert log.last_words() == "ready"
    os.close(reading)
