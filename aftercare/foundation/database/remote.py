"""A PostgreSQL elsewhere: how it is reached, and how soon either end gives up the other when it hears nothing.

A host that is cut off from the database, or loses its power, says no goodbye. Left to the defaults of operating systems
the server would keep its transactions open for two hours, their locks with them; and no subscriber reads past an open
transaction, so one such host would hold up everybody. Hence both ends ask for a sign of life.
"""

from psycopg.conninfo import conninfo_to_dict

_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
# After ten silent seconds every five, three times; and what was sent must be acknowledged within twenty.
_WE_ASK = {
    "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}  # fmt: skip
_SERVER_ASKS = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000"
)


def django_database(url: str) -> dict[str, object]:
    """An entry of Django's `DATABASES` for a connection address; what the address itself says of signs of life counts."""
    parts = conninfo_to_dict(url)
    given = {key: value for key, value in parts.items() if key not in _NAMES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: parts[key] for key, name in _NAMES.items() if key in parts},
        "OPTIONS": {**_WE_ASK, "options": _SERVER_ASKS, **given},
    }
