"""A PostgreSQL server in a folder, for everybody who has not set DATABASE_URL.

*Home* is the folder. A *lease* is a process's wish to find the server running: a shared lock on a file, which the
kernel drops when the process dies, however it dies. The *keeper* is a small detached process that starts `postgres`
as its child, starts it again when it crashes, and stops it when no lease has been held for two seconds.

    server = EmbeddedPostgres(Path("~/.aftercare/postgres").expanduser())
    with server.acquire():
        connect(server.dsn)

Whatever is killed, committed rows survive, the next lease finds a running server, and nothing is left running after
the last one. No Django here: a command must know its database before it can load any settings.
"""

from aftercare.foundation.database.embedded.errors import EmbeddedPostgresError
from aftercare.foundation.database.embedded.server import EmbeddedPostgres, Lease, Status

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "Lease", "Status"]
