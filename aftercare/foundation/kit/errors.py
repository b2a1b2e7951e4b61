"""Anticipated refusals: a code for programs, a status for HTTP, a sentence for people.

Only what is *not* a Refusal is unexpected and reaches the error log.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """The base of every "no" this system gives on purpose.

    `field` names what to correct, as the caller wrote it (`lines[2].sku`); `remedy` says what to do.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, sentence: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.remedy = remedy


class Invalid(Refusal):
    """The input does not have the shape or range it must have."""

    code = "invalid"
    status = 422


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"
    status = 404


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "forbidden"
    status = 403


class Unauthenticated(Refusal):
    """The caller has not shown who they are."""

    code = "unauthenticated"
    status = 401


class TooMany(Refusal):
    """The caller asks too often; `retry_after` in seconds."""

    code = "too_many_requests"
    status = 429

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence, remedy=f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after
