"""Why the embedded server cannot run: every refusal names its remedy."""


class EmbeddedPostgresError(Exception):
    """Base of everything that this package raises on purpose; its text is fit for the terminal."""


class BinariesMissingError(EmbeddedPostgresError):
    """The wheel with the PostgreSQL programs is not installed or does not exist for this platform."""


class HomeUnusableError(EmbeddedPostgresError):
    """The home folder cannot be created, read or written by those who have to."""


class DiskFullError(EmbeddedPostgresError):
    """The file system of the home folder has no room for the server to work."""


class VersionMismatchError(EmbeddedPostgresError):
    """The data were written by another major version of PostgreSQL."""


class PortTakenError(EmbeddedPostgresError):
    """Another program listens on the TCP port that was asked for."""


class StartFailedError(EmbeddedPostgresError):
    """PostgreSQL gave up for a reason that only its own last words tell."""


FAILURES: dict[str, type[EmbeddedPostgresError]] = {
    failure.__name__: failure
    for failure in (
        BinariesMissingError,
        HomeUnusableError,
        DiskFullError,
        VersionMismatchError,
        PortTakenError,
        StartFailedError,
    )
}


def failure_from_output(*, action: str, output: str) -> EmbeddedPostgresError:
    """Turn what a PostgreSQL program printed before it gave up into the matching refusal.

    `action` completes the sentence "PostgreSQL could not …".
    """
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return DiskFullError(
            f"PostgreSQL could not {action}: the disk is full. Free some space and start again; "
            f"nothing that was committed is lost.\n{output}"
        )
    if "Address already in use" in output:
        return PortTakenError(
            f"PostgreSQL could not {action}: the TCP port is taken by another program. "
            f"Choose another port or stop that program.\n{output}"
        )
    if "Permission denied" in output or "Read-only file system" in output:
        return HomeUnusableError(
            f"PostgreSQL could not {action}: a file or folder is closed to it. "
            f"Choose a home folder that belongs to the user who runs Aftercare.\n{output}"
        )
    return StartFailedError(f"PostgreSQL could not {action}:\n{output or '(it printed nothing)'}")
