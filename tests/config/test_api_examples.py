"""The examples of the API's description: each fits its own schema, and what is to be sent works as it stands."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from pytest_django.fixtures import Settings

from aftercare.config.api import api
from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.factories import NOW
from tests.living import live_a_little

SCHEMA = api.get_openapi_schema()
OPERATIONS = [
    (method, path.removeprefix("/api/v1"), operation)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from place.get("content", {}).values()


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[operation["operationId"] for *_, operation in OPERATIONS]
)
def test_every_example_fits_its_own_schema(method: str, path: str, operation: dict[str, Any]) -> None:
    for content in contents(operation):
        whole = {**content["schema"], "components": SCHEMA["components"]}
        faults = list(jsonschema_rs.Draft202012Validator(whole).iter_errors(content["example"]))
        assert not faults, (method, path, faults)


def test_each_state_has_the_words_of_its_own_model() -> None:
    schemas = SCHEMA["components"]["schemas"]
    assert schemas["JourneyState"]["enum"] == ["live", "paused", "draft", "archived"]
    assert schemas["EndpointState"]["enum"] == ["active", "paused", "disabled"]
    assert "enum" not in schemas.get("State", {})


@pytest.mark.usefixtures("frozen")
def test_what_is_to_be_sent_works(store: Store, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    ids = live_a_little(store, NOW)
    program = caller_for(store)
    absorbed = next(one for one in ids["customer"] if program.get(f"/customers/{one}").body["name"] == "Ada Unger")
    survivor = next(one for one in ids["customer"] if one != absorbed)
    # What an example names is another thing in every store, or cannot be called from here.
    named = {
        "add_webhook": {"url": "https://localhost/aftercare"},
        "send_message": {"order": ids["order"][0]},
        "let_into_journey": {"order": ids["order"][0]},
        "place_hold": {"order": ids["order"][0]},
        "open_one_incident": {"order": ids["order"][0]},
        "open_staff_task": {"order": ids["order"][0]},
        "ask_for_refund": {"order": ids["order"][0]},
        "evaluate_return": {"order": ids["order"][0]},
        "open_one_claim": {"shipment": ids["shipment"][0], "kind": "lost"},
        "give_credit": {"customer": survivor},
        "pay_with_credit": {"customer": survivor},
        "check_gift_card": {"code": ids["gift_code"][0]},
        "redeem_gift_card": {"code": ids["gift_code"][0], "customer": survivor},
        "confirm_codes": {"redemption": ids["redemption"][0]},
        "cancel_codes": {"redemption": ids["redemption"][0]},
        "draft_notice": {"product": ids["product"][0]},
        "merge_customer": {"absorbed": absorbed},
        "unmerge_customer": {"absorbed": absorbed},
    }
    called = program.post("/journeys", {"name": "Called", "definition": {
        "trigger": "called", "steps": [{"id": "wait", "kind": "wait", "config": {"days": 1}}],
    }}).body["id"]  # fmt: skip
    assert program.post(f"/journeys/{called}/draft/publish", {"revision": 1}).status == 201
    # The latest refund waits for a word, the one before for a person to pay it.
    elsewhere = {"let_into_journey": {"journey": called}, "note_refund_made": {"refund": ids["refund"][1]}}
    own = {"orders": "1042", "customers": "77", "products": "filter-jug", "shipments": "P-1042"}
    places = {name: found[0] for name, found in ids.items()} | {"customer": survivor}
    sent = [(method, path, operation) for method, path, operation in OPERATIONS if "requestBody" in operation]
    assert len(sent) > 20
    for method, path, operation in sent:
        content = operation["requestBody"]["content"]["application/json"]
        body = {**content["example"], **named.get(operation["operationId"], {})}
        here = places | elsewhere.get(operation["operationId"], {})
        address = path.format(**{**here, "external_id": own.get(path.split("/")[1], "")})
        answer = program.call(method, address, body)
        assert answer.status in {200, 201}, (path, answer.body)
        assert not answer.body.get("refused"), (path, answer.body)
