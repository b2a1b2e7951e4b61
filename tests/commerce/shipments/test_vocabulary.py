"""The canonical words."""

from typing import get_args

from aftercare.commerce.shipments.vocabulary import Reason, Responsible, Status, StatusWord, responsible_for


def test_plain_words_and_choices_are_the_same():
    assert list(get_args(StatusWord)) == Status.values


def test_every_reason_names_who_is_responsible_or_that_nobody_can_say():
    unsaid = {reason.value for reason in Reason if not responsible_for(reason)}
    assert unsaid == {"security_issue", "regulatory_hold", "unknown"}
    assert {responsible_for(reason) for reason in Reason} == {"", *Responsible.values}


def test_nobody_is_responsible_for_no_reason():
    assert responsible_for("") == ""
