"""What a delivery is asked for, from the worth of its order. Pure: the same order and rules give the same answer and trace."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from aftercare.care.protection.vocabulary import Destination, Wanted

_NEGATIONS = ("no ", "not ", "without ", "ohne ", "sans ", "sin ", "sem ")


class Because(StrEnum):
    """Why a rule asks for something of an order, or does not."""

    APPLIES = "applies"
    OTHER_CURRENCY = "other_currency"
    WORTH_LESS = "worth_less"
    OTHER_DESTINATION = "other_destination"
    UNKNOWN_DESTINATION = "unknown_destination"
    OTHER_CARRIER = "other_carrier"


@dataclass(frozen=True, slots=True)
class Rule:
    """From a worth on, in minor units of a currency. `carrier` empty: whoever carries it."""

    wants: Wanted
    at_least: int
    currency: str
    destination: Destination = Destination.ANYWHERE
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Consignment:
    """What an order sends: its worth in minor units, and where to (None: nobody knows). `carriers` are those known yet."""

    worth: int
    currency: str
    is_domestic: bool | None
    carriers: frozenset[str] = frozenset()


class Judged(NamedTuple):
    """One rule, by its place among the store's, and what came of it."""

    place: int
    because: Because


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; `insured` in minor units of the order's currency, 0 where it need not be."""

    signature: bool
    in_person: bool
    insured: int
    trace: tuple[Judged, ...]

    @property
    def anything(self) -> bool:
        return self.signature or self.in_person or self.insured > 0


def asked_for(*, rules: Sequence[Rule], consignment: Consignment) -> Asked:
    """Every rule is judged by itself; what several ask for is asked for once. What sends nothing asks for nothing."""
    trace = tuple(Judged(place, judge(rule, consignment)) for place, rule in enumerate(rules))
    wanted = {rules[place].wants for place, because in trace if because is Because.APPLIES}
    return Asked(
        signature=Wanted.SIGNATURE in wanted, in_person=Wanted.IN_PERSON in wanted,
        insured=consignment.worth if Wanted.INSURANCE in wanted else 0, trace=trace,
    )  # fmt: skip


def judge(rule: Rule, consignment: Consignment) -> Because:
    """The first thing in which they differ, or that the rule applies."""
    if rule.currency != consignment.currency:
        return Because.OTHER_CURRENCY
    if consignment.worth <= 0 or consignment.worth < rule.at_least:
        return Because.WORTH_LESS
    if rule.destination != Destination.ANYWHERE:
        if consignment.is_domestic is None:
            return Because.UNKNOWN_DESTINATION
        if consignment.is_domestic != (rule.destination == Destination.DOMESTIC):
            return Because.OTHER_DESTINATION
    if rule.carrier and rule.carrier not in consignment.carriers:
        return Because.OTHER_CARRIER
    return Because.APPLIES


def asked_words(*, signature: bool, in_person: bool, insured: int) -> list[Wanted]:
    """What is asked, as words, in the order of the vocabulary; `insured` in minor units."""
    asked = {Wanted.SIGNATURE: signature, Wanted.INSURANCE: insured > 0, Wanted.IN_PERSON: in_person}
    return [wanted for wanted in Wanted if asked[wanted]]


def lacking(*, asked: Collection[Wanted], known: Collection[Wanted]) -> list[Wanted]:
    """Of what was asked, what nothing shows was done; in the order of the vocabulary."""
    return [wanted for wanted in Wanted if wanted in asked and wanted not in known]


def known_by_service(service: str, *, words: Mapping[str, Sequence[str]]) -> set[Wanted]:
    """What the name of a carrier's service says is included, by the words that say so."""
    said = service.casefold()
    return {Wanted(wanted) for wanted, spellings in words.items() if any(_says(said, word) for word in spellings)}


def _says(said: str, word: str) -> bool:
    return any(not said[: found.start()].endswith(_NEGATIONS) for found in re.finditer(rf"\b{re.escape(word)}", said))
