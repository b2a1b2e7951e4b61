"""What media of few words carry: a template's short text filled, and the address it leads to."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from aftercare.engagement.messaging.channels import Claimed, Prepared
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.ids import ALPHABET
from aftercare.foundation.kit.liquid.plain_data import plain
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import CompiledTemplate, compile_template

# The key of a message's short address within its context.
CODE = "code"
_PREFIX, _ID = "msg_", 16
_PROOF = 8


@dataclass(frozen=True, slots=True)
class Brief:
    """A message in few words: who says it, what it is called, what it says, and where it leads."""

    brand: str
    title: str
    text: str
    url: str


def brief_of(message: Claimed) -> Brief:
    """Raises TemplateProblem where its template fails on these data."""
    assert message.template_id is not None, "asked for before"
    subject, short = _prepared(message.template_id)
    context = plain({**message.context, "brand": message.look})
    title = " ".join(subject.render(context).split())
    text = " ".join(short.render(context).split()) or title
    return Brief(message.look["name"], title, text, short_url(message.look["portal"], message.context.get(CODE, "")))


def prepared_brief(message: Claimed, *, as_text: Callable[[Brief], str] | None = None) -> Prepared:
    """A message as `as_text` writes it; its sentence alone unless told."""
    if message.template_id is None:
        return Prepared(problem="There is no template for it")
    try:
        brief = brief_of(message)
    except TemplateProblem as problem:
        return Prepared(problem=problem.sentence)
    payload = (as_text(brief) if as_text else brief.text).encode()
    return Prepared(brief.title, payload, hashlib.sha256(payload).digest()[:16])


def short_url(portal: str, code: str) -> str:
    """The address of a message's code, in the store that lives at `portal`; empty without one."""
    return f"{portal}m/{code}" if code else ""


def code_of(public_id: str) -> str:
    """The message's id and a proof that we made this: nobody opens a message by guessing its id."""
    bare = public_id.removeprefix(_PREFIX)
    return bare + _proof(bare)


def message_of_code(code: str) -> str:
    """The id of the message a code leads to; empty where it is none of ours."""
    bare = code[:_ID]
    return _PREFIX + bare if hmac.compare_digest(code[_ID:].encode(), _proof(bare).encode()) else ""


def _proof(bare: str) -> str:
    # Forty bits, in the letters of ids: whoever guesses is stopped after thirty tries.
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"aftercare.code:{bare}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:_PROOF])


@lru_cache(maxsize=2000)
def _prepared(version_id: int) -> tuple[CompiledTemplate, CompiledTemplate]:
    """Versions never change, so this is kept as long as the process lives."""
    subject, short = fetch("SELECT subject, short FROM messaging_templateversion WHERE id = %s", [version_id])[0]
    return compile_template(subject.strip(), autoescape=False), compile_template(short, autoescape=False)
