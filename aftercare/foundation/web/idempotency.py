"""`Idempotency-Key`: a write that is repeated with the same key gets the same answer and does nothing twice.

The key is claimed in a transaction of its own, so that a second call at the same time sees it; the answer is kept in
the transaction of the write itself, so that neither is there without the other. What is refused is not kept: it
changed nothing, and may be corrected and sent again under its key.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec, cast

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.responses import Status
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.web.api_edge import ApiRequest
from aftercare.foundation.web.models import KeptAnswer

P = ParamSpec("P")
HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
# A call whose process was killed no longer holds its key after this.
_LONGEST_CALL = timedelta(minutes=2)
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_PARAMETER = {
    "in": "header", "name": HEADER, "required": False,
    "description": "The same key again gets the same answer and does nothing twice. Kept for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
}  # fmt: skip
_CLAIM = """
    INSERT INTO web_keptanswer (store_id, token_id, key, request_digest, body, created_at)
    VALUES (%(store)s, %(token)s, %(key)s, %(digest)s, '', %(now)s)
    ON CONFLICT (store_id, token_id, key)
    DO UPDATE SET created_at = %(now)s, request_digest = %(digest)s, status = NULL, body = ''
    WHERE web_keptanswer.created_at < CASE WHEN web_keptanswer.status IS NULL THEN %(dead)s ELSE %(old)s END
    RETURNING id
"""
_KEEP = "UPDATE web_keptanswer SET status = %s, body = %s WHERE id = %s RETURNING id"
_GIVE_UP = "DELETE FROM web_keptanswer WHERE id = %s RETURNING id"


class KeyReused(Invalid):
    """The key came before, with another call."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another call.", field=HEADER, remedy="Make a new key for every new call."
        )


class StillUnderWay(Refusal):
    """The first call of this key has not ended yet."""

    code = "call_under_way"

    def __init__(self) -> None:
        super().__init__("The first call with this Idempotency-Key is under way.", remedy="Repeat it in a moment.")


def idempotent(view: Callable[P, Any]) -> Callable[P, Any]:
    """Decorator under `@api_edge`. The view answers with a model, or with a Status around one."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Any:
        request = cast(ApiRequest, args[0])
        key = request.headers.get(HEADER, "")
        if not key:
            return view(*args, **kwargs)
        if not _KEY.fullmatch(key):
            raise Invalid("This is no usable key.", field=HEADER, remedy="Send 1 to 128 visible ASCII characters.")
        digest = _digest(request)
        claim = _claim(request, key, digest, now=clock.now())
        if claim is None:
            return _given_before(request, key, digest)
        try:
            with transaction.atomic():
                status, body = _answer(view(*args, **kwargs))
                fetch(_KEEP, [status, body, claim])
        except BaseException:
            fetch(_GIVE_UP, [claim])
            raise
        return _response(status, body)

    contribute_operation_callback(once, _declare)
    return once


def forget_answers(*, before: datetime) -> int:
    """Let go of the answers of every store that were given before this; answers how many."""
    return len(fetch("DELETE FROM web_keptanswer WHERE created_at < %s RETURNING id", [before]))


def _declare(operation: Operation) -> None:
    extra = operation.openapi_extra or {}
    operation.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), _PARAMETER]}


def _digest(request: HttpRequest) -> str:
    call = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return blake2b(call, digest_size=32).hexdigest()


def _claim(request: ApiRequest, key: str, digest: str, *, now: datetime) -> int | None:
    """The row that is ours to fill; None where somebody else's answer stands there or is being made."""
    rows = fetch(_CLAIM, {
        "store": request.store.pk, "token": request.token.pk, "key": key, "digest": digest, "now": now,
        "dead": now - _LONGEST_CALL, "old": now - KEPT_FOR,
    })  # fmt: skip
    return rows[0][0] if rows else None


def _given_before(request: ApiRequest, key: str, digest: str) -> HttpResponse:
    kept = KeptAnswer.objects.filter(token_id=request.token.pk, key=key).first()
    if kept is None:
        raise StillUnderWay  # it was refused just now
    if kept.request_digest != digest:
        raise KeyReused
    if kept.status is None:
        raise StillUnderWay
    response = _response(kept.status, kept.body)
    response["Idempotency-Replayed"] = "true"
    return response


def _answer(result: Any) -> tuple[int, str]:
    status, model = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    assert isinstance(model, BaseModel), "an idempotent view answers with a model"
    return status, orjson.dumps(model.model_dump(mode="json")).decode()


def _response(status: int, body: str) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
