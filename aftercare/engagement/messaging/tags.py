"""Addresses of ours that name a message: where its answers, delivery reports and unsubscriptions come.

`reply+msg_3n8w0dq5t1v7x2zb@in.shop.example`. The id is random, so that knowing one address gives away no other.
"""

import re
from collections.abc import Iterable

REPLY, BOUNCE, UNSUBSCRIBE = "reply", "bounce", "unsubscribe"
_TAGGED = re.compile(r"(reply|bounce|unsubscribe)\+(msg_[0-9a-z]{16})@", re.IGNORECASE)
_MESSAGE = re.compile(r"<?(msg_[0-9a-z]{16})@")
_ORDER = re.compile(r"<?(ord_[0-9a-z]{16})@")


def tagged_address(use: str, public_id: str, domain: str) -> str:
    """The address for this use of this message."""
    return f"{use}+{public_id}@{domain}"


def tag_in(addresses: Iterable[str]) -> tuple[str, str]:
    """Use and message of the first of these addresses that is one of ours; empty where none is."""
    for address in addresses:
        if found := _TAGGED.search(address):
            return found[1].lower(), found[2].lower()
    return "", ""


def messages_in(references: Iterable[str]) -> list[str]:
    """The messages of ours that Message-IDs name, in their order."""
    return [found[1] for reference in references if (found := _MESSAGE.search(reference))]


def orders_in(references: Iterable[str]) -> list[str]:
    """The orders that Message-IDs name: the order is the root of each thread."""
    return [found[1] for reference in references if (found := _ORDER.search(reference))]
