"""What pages of shoppers and staff show alike: a claim in its customer's words, and a photo."""

from typing import Any

from django.http import HttpResponse

from aftercare.care.protection.models import Claim
from aftercare.care.protection.tones import TONES
from aftercare.care.protection.wording import doing_in_words, kind_in_words, state_in_words


def claim_line(claim: Claim, *, shows_money: bool) -> dict[str, Any]:
    """A claim as its customer reads it."""
    return {
        "claim": claim, "tone": TONES[claim.state], "kind": kind_in_words(claim.kind),
        "state": state_in_words(claim.state), "doing": doing_in_words(claim, shows_money=shows_money),
    }  # fmt: skip


def photo_response(content: bytes) -> HttpResponse:
    """A JPEG of our own making, which nothing but a picture can be made of."""
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
