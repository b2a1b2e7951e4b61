import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.care.protection.policy.rules import (
    Because,
    Consignment,
    Rule,
    asked_for,
    judge,
    known_by_service,
    lacking,
)
from aftercare.care.protection.terms import service_words
from aftercare.care.protection.vocabulary import Destination, Wanted

RULES = st.lists(
    st.builds(
        Rule,
        wants=st.sampled_from(Wanted), at_least=st.integers(0, 200_000), currency=st.sampled_from(["EUR", "USD"]),
        destination=st.sampled_from(Destination), carrier=st.sampled_from(["", "dhl"]),
    ),
    max_size=8,
)  # fmt: skip
CONSIGNMENTS = st.builds(
    Consignment,
    worth=st.integers(-5, 300_000), currency=st.sampled_from(["EUR", "USD"]), is_domestic=st.sampled_from([True, False, None]),
    carriers=st.sampled_from([frozenset(), frozenset({"dhl"}), frozenset({"ups"})]),
)  # fmt: skip


@given(rules=RULES, consignment=CONSIGNMENTS)
def test_every_rule_is_judged_and_only_those_that_apply_are_asked(rules: list[Rule], consignment: Consignment) -> None:
    asked = asked_for(rules=rules, consignment=consignment)
    assert asked == asked_for(rules=rules, consignment=consignment)
    assert [judged.place for judged in asked.trace] == list(range(len(rules)))
    wanted = {rules[judged.place].wants for judged in asked.trace if judged.because is Because.APPLIES}
    assert asked.signature == (Wanted.SIGNATURE in wanted)
    assert asked.in_person == (Wanted.IN_PERSON in wanted)
    assert asked.insured == (consignment.worth if Wanted.INSURANCE in wanted else 0)
    assert asked.anything == bool(wanted)


@given(rules=RULES, consignment=CONSIGNMENTS, more=st.integers(1, 100_000))
def test_whoever_spends_more_is_never_protected_less(rules: list[Rule], consignment: Consignment, more: int) -> None:
    dearer = Consignment(
        consignment.worth + more, consignment.currency, consignment.is_domestic, consignment.carriers
    )  # fmt: skip
    less, now = (asked_for(rules=rules, consignment=one) for one in (consignment, dearer))
    assert less.signature <= now.signature
    assert less.in_person <= now.in_person
    assert less.insured <= now.insured


@pytest.mark.parametrize(
    ("consignment", "because"),
    [
        (Consignment(60_000, "EUR", is_domestic=False, carriers=frozenset({"dhl"})), Because.APPLIES),
        (Consignment(50_000, "EUR", is_domestic=False, carriers=frozenset({"dhl"})), Because.APPLIES),
        (Consignment(49_999, "EUR", is_domestic=False, carriers=frozenset({"dhl"})), Because.WORTH_LESS),
        (Consignment(60_000, "USD", is_domestic=False, carriers=frozenset({"dhl"})), Because.OTHER_CURRENCY),
        (Consignment(60_000, "EUR", is_domestic=True, carriers=frozenset({"dhl"})), Because.OTHER_DESTINATION),
        (Consignment(60_000, "EUR", is_domestic=None, carriers=frozenset({"dhl"})), Because.UNKNOWN_DESTINATION),
        (Consignment(60_000, "EUR", is_domestic=False, carriers=frozenset({"ups"})), Because.OTHER_CARRIER),
    ],
)
def test_a_rule_says_why_it_does_not_apply(consignment: Consignment, because: Because) -> None:
    assert judge(Rule(Wanted.INSURANCE, 50_000, "EUR", Destination.ABROAD, "dhl"), consignment) is because


@pytest.mark.parametrize(
    ("service", "known"),
    [
        ("Paket, Unterschrift", {Wanted.SIGNATURE}),
        ("Adult Signature Required", {Wanted.SIGNATURE, Wanted.IN_PERSON}),
        ("No signature required", set()),
        ("uninsured", set()),
        ("Residential", set()),
        ("Einschreiben eigenhändig", {Wanted.SIGNATURE, Wanted.IN_PERSON}),
        ("standard", set()),
    ],
)
def test_the_name_of_a_service_says_what_it_includes(service: str, known: set[Wanted]) -> None:
    assert known_by_service(service, words=service_words()) == known


def test_what_lacks_is_told_in_one_order() -> None:
    assert lacking(asked={Wanted.IN_PERSON, Wanted.SIGNATURE}, known=set()) == [Wanted.SIGNATURE, Wanted.IN_PERSON]
    assert lacking(asked={Wanted.SIGNATURE}, known={Wanted.SIGNATURE}) == []
