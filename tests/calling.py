"""A program that calls the API over HTTP, as the test client carries it."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.test import Client

from aftercare.foundation.staff.actions import issue_token
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW

EVERYTHING = tuple(Permission)
JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Any

    @property
    def problem(self) -> tuple[int, str, str]:
        """Status, code and field of a refusal."""
        assert self.headers["Content-Type"] == PROBLEM, self.body
        assert self.body["status"] == self.status
        return self.status, self.body["code"], self.body.get("field", "")


class Caller:
    """Whoever holds this token; `secret` empty sends none."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._client = Client()
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str, **query: str) -> Answer:
        return self.call("get", path, query=query)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Answer:
        return self.call("post", path, body, key=key)

    def put(self, path: str, body: Any, *, key: str = "") -> Answer:
        return self.call("put", path, body, key=key)

    def call(
        self, method: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, key: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """`body` is sent as it is where it is bytes, else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {}), **(headers or {})}
        response = self._client.generic(
            method.upper(), f"/api/v1{path}", data, JSON, headers=headers, query_params=query or {}
        )
        is_json = response.headers.get("Content-Type", "").partition(";")[0] in {JSON, PROBLEM}
        return Answer(
            response.status_code,
            orjson.loads(response.content) if is_json and response.content else None,
            response.headers,
        )


def caller_for(store: Store, *scopes: Permission) -> Caller:
    """A program of the store; without scopes it may do everything."""
    with store_scope(store.pk):
        chosen = [scope.value for scope in scopes or EVERYTHING]
        _, secret = issue_token(store=store, name="test", scopes=chosen, by=None, now=NOW)
    return Caller(secret)
