"""Everything shoppers read is there in every language, and each kind of gap is seen to be found."""

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.commerce.orders.policy.arrivals import Arrival, Stage
from aftercare.commerce.orders.policy.outlook import Headline
from aftercare.commerce.orders.policy.steps import steps_of
from aftercare.commerce.orders.wording import EXPLANATIONS
from aftercare.commerce.shipments import wording
from aftercare.commerce.shipments.vocabulary import Reason, Status
from tests.conventions.catalogues import faults, tool
from tests.factories import NOW

TRANSLATED = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    return tool().shoppers_strings()


def test_every_language_that_is_offered_has_a_catalogue() -> None:
    assert sorted(tool().LANGUAGES) == sorted(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_shoppers_read_is_translated(language: str, gathered: Catalog) -> None:
    """Where this fails: `make messages`, then fill in what is empty."""
    assert list(faults(tool().read(language), gathered)) == []


def test_what_shoppers_read_is_gathered_from_templates_and_code(gathered: Catalog) -> None:
    assert gathered.get("Show my order") is not None
    assert gathered.get("Nobody was at home") is not None
    assert gathered.get("Arrives {day}") is not None
    assert gathered.get("%(number)s of them cancelled").pluralizable
    assert gathered.get("Blocked addresses") is None, "what only staff read is left out"


def words() -> list[str]:
    """What is said of every status, reason, stage and kind, in the language that is active."""
    told = [
        str(choice.label)
        for kind in (Status, Headline, Order.Payment, Fulfilment.Kind, Fulfilment.Status)
        for choice in kind
    ]
    told += [str(EXPLANATIONS[headline]) for headline in Headline]
    told += [wording.headline(status, reason) for status in Status.values for reason in Reason]
    told += [wording.advice(status, reason) for status in Status.values for reason in Reason]
    for kind in ("shipment", "pickup", "service_visit"):
        told += [str(step.label) for step in steps_of(lead=Arrival(kind=kind, stage=Stage.ORDERED, at=NOW))]
    return told


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_status_is_spoken_of_in_every_language(language: str) -> None:
    catalogue = tool().read(language)
    with translation.override("en"):
        english = words()
    with translation.override(language):
        assert words() == [catalogue.get(said).string for said in english], "compile what was changed: make assets"


def test_each_gap_is_found() -> None:
    gathered, catalogue = Catalog(), Catalog("ar")
    gathered.add("Not there")
    gathered.add("Empty")
    gathered.add("Hello %(name)s")
    gathered.add(("%(number)s part", "%(number)s parts"))
    gathered.add(("%(number)s line", "%(number)s lines"))
    catalogue.add("Empty", "")
    catalogue.add("Hello %(name)s", "أهلا %(nome)s")
    catalogue.add(("%(number)s part", "%(number)s parts"), ("لا", "واحد", "اثنان", "%(number)s"))
    catalogue.add(
        ("%(number)s line", "%(number)s lines"), ("لا", "واحد", "اثنان", "بلا رقم", "%(number)s", "%(number)s")
    )

    assert list(faults(catalogue, gathered)) == [
        "not gathered: Not there",
        "not translated: Empty",
        "other placeholders: أهلا %(nome)s",
        "not translated: %(number)s part",
        "other placeholders: بلا رقم",
    ]
