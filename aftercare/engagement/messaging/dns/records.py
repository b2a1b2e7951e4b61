"""What SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and MX records say, what they lack, and what to enter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

GOOD, ATTENTION, PROBLEM, UNKNOWN = "good", "attention", "problem", "neutral"
_MOST_LOOKUPS = 10
_ASKS = re.compile(r"[+~?-]?(include:|exists:|redirect=|(a|mx|ptr)(?=[:/]|$))")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: `state` is a tone, `host` and `put` are what to enter where it is not good."""

    key: str
    label: str
    state: str
    sentence: str
    host: str
    found: str = ""
    put: str = ""


def spf_finding(*, domain: str, texts: Sequence[str] | None, include: str) -> Finding:
    """Whether the domain lets `include` send for it; empty: whoever the relay is, which we cannot know."""
    spf = [text for text in texts or () if text.lower().split(" ", 1)[0] == "v=spf1"]
    wanted = f"v=spf1 include:{include} ~all" if include else "v=spf1 a mx ~all"
    found = "\n".join(spf)

    def said(state: str, sentence: str, put: str = "") -> Finding:
        return Finding("spf", "SPF", state, sentence, domain, found, put)

    if texts is None:
        return said(UNKNOWN, _("The DNS did not answer in time."))
    if len(spf) != 1:
        sentence = _("There is more than one record, which counts as none. Keep one.") if spf else _(
            "There is no record: receivers cannot tell who may send for you."
        )  # fmt: skip
        return said(PROBLEM, sentence, wanted)
    terms = spf[0].lower().split()[1:]
    if "+all" in terms or "all" in terms:
        return said(PROBLEM, _("It lets the whole world send for you."), _with_include(spf[0], include))
    if sum(_ASKS.match(term) is not None for term in terms) > _MOST_LOOKUPS:
        return said(PROBLEM, _("It asks more than ten others, which counts as none."))
    if include and f"include:{include}" not in [term.lstrip("+") for term in terms]:
        return said(ATTENTION, _("It does not name your provider."), _with_include(spf[0], include))
    return said(GOOD, _("It names who may send for you."))


def dkim_finding(*, domain: str, answers: Sequence[tuple[str, Sequence[str] | None]], public_key: str) -> Finding:
    """Whether a key stands at one of the selectors; where we sign ourselves, whether it is ours."""
    keys = [(selector, text) for selector, texts in answers for text in texts or () if "p=" in text.replace(" ", "")]
    first = answers[0][0] if answers else "aftercare"
    wanted = f"v=DKIM1; k={'ed25519' if len(public_key) < 60 else 'rsa'}; p={public_key}" if public_key else ""

    def said(state: str, sentence: str, selector: str = first, found: str = "", put: str = "") -> Finding:
        return Finding("dkim", "DKIM", state, sentence, f"{selector}._domainkey.{domain}", found, put)

    if not answers:
        return said(ATTENTION, _("We cannot know its selector. Your provider shows the record to enter."))
    if not keys:
        if all(texts is None for _selector, texts in answers):
            return said(UNKNOWN, _("The DNS did not answer in time."))
        if public_key:
            return said(PROBLEM, _("There is no key: signatures cannot be checked."), put=wanted)
        # Some providers give every account a selector of its own.
        return said(ATTENTION, _("There is no key where your provider's usually stand. It shows the record to enter."))
    selector, text = keys[0]
    published = tags_of(text).get("p", "").replace(" ", "")
    if not published or (public_key and published != public_key):
        wrong = _("It is another key than the one we sign with.") if published else _("The key was revoked.")
        return said(PROBLEM, wrong, selector, text, wanted)
    return said(GOOD, _("The key is there.") if not public_key else _("It is the key we sign with."), selector, text)


def dmarc_finding(*, domain: str, host: str, texts: Sequence[str] | None) -> Finding:
    """Whether receivers are told what to do with mail that is not the domain's; `host` is where it was found."""
    dmarc = [text for text in texts or () if text.replace(" ", "").lower().startswith("v=dmarc1")]
    wanted = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
    found = "\n".join(dmarc)

    def said(state: str, sentence: str, put: str = "") -> Finding:
        return Finding("dmarc", "DMARC", state, sentence, host, found, put)

    if texts is None:
        return said(UNKNOWN, _("The DNS did not answer in time."))
    if len(dmarc) != 1:
        return said(PROBLEM, _("There must be one record: Gmail and Yahoo ask it of everyone who sends much."), wanted)
    tags = tags_of(dmarc[0])
    policy = tags.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        return said(PROBLEM, _("It names no policy."), wanted)
    if tags.get("aspf", "r").lower() == "s" or tags.get("adkim", "r").lower() == "s":
        return said(ATTENTION, _("It is strict: SPF and DKIM must be of this very domain, not of a subdomain."))
    if policy == "none":
        return said(GOOD, _("It only watches (p=none). That is enough; p=quarantine protects better."))
    return said(GOOD, _("Mail that is not yours is turned away."))


def mx_finding(*, domain: str, hosts: Sequence[str] | None, for_replies: bool) -> Finding:
    """Whether mail to the domain arrives anywhere."""
    label = _("Answers (MX)")
    if hosts is None:
        return Finding("mx", label, UNKNOWN, _("The DNS did not answer in time."), domain)
    if hosts:
        return Finding("mx", label, GOOD, _("Mail to this domain has somewhere to go."), domain, "\n".join(hosts))
    if for_replies:
        return Finding("mx", label, PROBLEM, _("Answers go to this domain, and nobody takes them."), domain)
    return Finding("mx", label, ATTENTION, _("Whoever answers a message gets an error."), domain)


def tags_of(text: str) -> dict[str, str]:
    """`v=DKIM1; p=…` as a mapping; what is no tag is left out."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def as_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """As they are kept."""
    return [{name: getattr(finding, name) for name in Finding.__slots__} for finding in findings]


def _with_include(spf: str, include: str) -> str:
    """The record as it is, with the provider named and the world shut out."""
    kept = [term for term in spf.split() if term.lower().lstrip("+-~?") not in {"all", f"include:{include}"}]
    return " ".join([*kept, *([f"include:{include}"] if include else []), "~all"])
