"""The same without the rights of root."""

import os
from pathlib import Path

from tests.foundation.database.embedded.real_processes import Outsider

LIVE_AND_CRASH = """
import os, signal, subprocess, sys
import os
from pathlib import Path
from aftercare.foundation.database.embedded import EmbeddedPostgres
from aftercare.foundation.database.embedded.account import server_account
from aftercare.foundation.database.embedded.layout import open_layout
from aftercare.foundation.database.embedded.remains import server_processes

def sql(statement):
    program = server.client_program("pg_dump") if statement is None else server.client_program("psql")
    arguments = ["-t", "facts"] if statement is None else ["-Atc", statement]
    return subprocess.run([program, *arguments], env=server.client_environment, capture_output=True, text=True).stdout

home = Path(sys.argv[1])
server = EmbeddedPostgres(home)
with server.acquire():
    sql("CREATE TABLE facts AS SELECT generate_series(1, 20000)")
    before = server.status()
    layout = open_layout(home=home, account=server_account())
    os.kill(before.keeper_pid, signal.SIGSTOP)
    for pid in [*server_processes(layout), before.keeper_pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    while server.is_kept():
        pass
with server.acquire():
    print(sql("SELECT count(*) FROM facts").strip(), os.stat(f"/proc/{server.status().postmaster_pid}").st_uid)
server.stop()
print(server_processes(layout))
"""


def test_an_ordinary_user_makes_crashes_and_recovers_a_server(ordinary_user: Outsider, empty_folder: Path) -> None:
    folder = empty_folder / "own"
    folder.mkdir()
    if ordinary_user.uid is not None and ordinary_user.gid is not None:
        os.chown(folder, ordinary_user.uid, ordinary_user.gid)

    answer, complaint = ordinary_user.start(LIVE_AND_CRASH, folder / "pg").communicate()

    assert complaint == ""
    assert answer == f"20000 {folder.stat().st_uid}\n[]\n"
