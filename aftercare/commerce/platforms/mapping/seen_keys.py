"""Which records of a file came before, kept in a temporary table so that memory stays constant.

A shop's rows of one order stand together. Where they do not, the second half would look like the order's new version,
and the lines of the first half like cancelled ones.
"""

from collections.abc import Mapping

from django.db import connection

from aftercare.foundation.database.bulk import fetch


def start() -> None:
    """Forget everything."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS platforms_seen")
        cursor.execute("CREATE TEMPORARY TABLE platforms_seen (key text PRIMARY KEY, line bigint)")


def seen_before(lines: Mapping[str, int]) -> dict[str, int]:
    """Remember these keys with the lines they stand on; answers those that stood on an earlier line, with that line."""
    parameters = [list(lines), list(lines.values())]
    fetch(
        "INSERT INTO platforms_seen (key, line) SELECT * FROM unnest(%s::text[], %s::bigint[])"
        " ON CONFLICT DO NOTHING RETURNING 1",
        parameters,
    )
    return dict(
        fetch(
            "SELECT key, seen.line FROM platforms_seen AS seen JOIN unnest(%s::text[], %s::bigint[]) AS now (key, line)"
            " USING (key) WHERE seen.line < now.line",
            parameters,
        )
    )
