"""Django's sessions in the database, with whose they are beside them: so people see where they are signed in.

The engine named in SESSION_ENGINE.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from aftercare.foundation.staff.models import Session

_ORIGIN = "signed_in_from"


class SessionStore(DatabaseStore):
    """Writes beside each session what `remember_origin` left in it."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        origin = data.get(_ORIGIN, {})
        row.user_id = data.get(SESSION_KEY)
        row.started_at = datetime.fromisoformat(origin["at"]) if origin else None
        row.address, row.browser = origin.get("address", ""), origin.get("browser", "")
        return row


def remember_origin(session: SessionBase, *, address: str, browser: str, now: datetime) -> None:
    """Note in a session that was just signed in to, when and from where; it is written when the session is saved."""
    session[_ORIGIN] = {"at": now.isoformat(), "address": address, "browser": browser}
