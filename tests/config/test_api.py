"""The API as a whole: every operation guarded, described, and unmoved by whatever it is sent."""

import json
import re
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.catalog.api.examples import PRODUCT
from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.shipments.api.examples import SHIPMENT
from aftercare.config.api import api
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.models import Bucket
from tests.calling import PROBLEM, Answer, Caller, caller_for

PREFIX = "/api/v1"
SCHEMA = api.get_openapi_schema()
OPERATIONS = [
    (method, path.removeprefix(PREFIX), operation)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]
NAMES = [operation["operationId"] for *_, operation in OPERATIONS]
SCOPES = {
    "Orders": "orders", "Customers": "customers", "Products": "catalog", "Shipments": "shipments", "Events": "events",
    "Messages": "messages", "Journeys": "journeys", "Segments": "segments", "Webhooks": "settings",
    "Connections": "settings", "Incidents": "orders", "Protection": "orders", "Guides": "catalog",
    "Ownership": "orders", "Tasks": "orders", "Notices": "catalog", "Return policy": "orders", "Refunds": "orders",
    "Credit": "credit", "Promotions": "promotions",
}  # fmt: skip
# Where the method or the room does not say it.
OTHER_SCOPES = {
    "set_message_way": Permission.SETTINGS_WRITE,
    "read_preferences": Permission.CUSTOMERS_READ,
    "set_preferences": Permission.CUSTOMERS_WRITE,
    "list_devices": Permission.CUSTOMERS_READ,
    "replace_sending_rules": Permission.SETTINGS_WRITE,
    "check_definition": Permission.JOURNEYS_READ,
    "preview_segment": Permission.SEGMENTS_READ,
    "check_message_template": Permission.MESSAGES_READ,
    "list_deliveries": Permission.EVENTS_READ,
    "read_delivery": Permission.EVENTS_READ,
    "replay_delivery": Permission.EVENTS_REPAIR,
    "drop_one_delivery": Permission.EVENTS_REPAIR,
    "list_webhook_calls": Permission.EVENTS_READ,
    "read_webhook_call": Permission.EVENTS_READ,
    "replay_webhook_call": Permission.EVENTS_REPAIR,
    "list_usage_rules": Permission.CATALOG_READ,
    "set_one_usage_rule": Permission.CATALOG_WRITE,
    "check_gift_card": Permission.CREDIT_READ,
    "validate_codes": Permission.PROMOTIONS_READ,
    "list_schedules": Permission.CATALOG_READ,
    "set_schedule_up": Permission.CATALOG_WRITE,
    "end_maintenance": Permission.CATALOG_WRITE,
    "publish_one_notice": Permission.MESSAGES_WRITE,
    "remind_of_notice": Permission.MESSAGES_WRITE,
    "end_one_notice": Permission.MESSAGES_WRITE,
    "list_addressees": Permission.ORDERS_READ,
    "tell_acknowledged": Permission.ORDERS_WRITE,
    "replace_protection_rules": Permission.SETTINGS_WRITE,
    "replace_claim_plans": Permission.SETTINGS_WRITE,
    "tell_protection": Permission.SHIPMENTS_WRITE,
    "replace_return_policy_draft": Permission.SETTINGS_WRITE,
    "publish_return_policy": Permission.SETTINGS_WRITE,
    "evaluate_return": Permission.ORDERS_READ,
}
METHODS = {"get", "head", "post", "put", "patch", "delete", "options", "trace"}
# It does nothing.
WITHOUT_KEY = {
    "check_definition", "check_message_template", "preview_segment", "evaluate_return", "check_gift_card", "validate_codes",
}  # fmt: skip
operations = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)


@pytest.fixture
def program(store: Store) -> Caller:
    """A program of a store that has one of most things."""
    caller = caller_for(store)
    caller.put("/orders/from/shop/1042", ORDER)
    caller.put("/shipments/from/shop/P-1042", SHIPMENT)
    caller.put("/products/from/shop/filter-jug", PRODUCT)
    return caller


def example(operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {"content": {}})["content"]
    return content.get("application/json", {}).get("example")


def filled(path: str, value: str = "shop") -> str:
    """The address with the same word for each of its parameters."""
    return re.sub(r"\{\w+\}", lambda _: quote(value, safe=""), path)


def required(operation: dict[str, Any]) -> dict[str, str]:
    return {
        parameter["name"]: "1" if parameter["schema"].get("type") == "integer" else "shop"
        for parameter in operation["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    }


def scope_of(method: str, operation: dict[str, Any]) -> Permission:
    return OTHER_SCOPES.get(operation["operationId"]) or Permission(
        f"{SCOPES[operation['tags'][0]]}:{'read' if method == 'get' else 'write'}"
    )


def test_without_a_token_nothing_is_answered(db: None) -> None:
    for method, path, operation in OPERATIONS:
        answer = Caller("").call(method, filled(path), example(operation))
        assert answer.problem[:2] == (401, "unauthenticated"), path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_whoever_guesses_tokens_is_slowed_down(store: Store) -> None:
    assert Caller("act_guess").get("/orders").status == 401
    Bucket.objects.update(tokens=-1000)  # so few that none comes back meanwhile
    refused = Caller("act_another").get("/orders")
    assert refused.problem[:2] == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert caller_for(store).get("/orders").status == 200


def test_every_operation_wants_its_own_scope(store: Store) -> None:
    programs = {scope: caller_for(store, scope) for scope in Permission}
    without = {scope: caller_for(store, *(other for other in Permission if other is not scope)) for scope in Permission}
    for method, path, operation in OPERATIONS:
        own = scope_of(method, operation)
        call = (method, filled(path), example(operation))
        answer = without[own].call(*call, query=required(operation))
        assert answer.problem[:2] == (403, "forbidden"), path
        # Whatever else is wrong, who may not do it hears just that.
        assert without[own].call(method, filled(path), b"{", query={"colour": "red"}).status == 403, path
        assert programs[own].call(*call, query=required(operation)).status not in {401, 403}, path


def test_a_misspelt_parameter_is_refused(store: Store) -> None:
    program = caller_for(store)
    for method, path, operation in OPERATIONS:
        query = {**required(operation), "colour": "red"}
        answer = program.call(method, filled(path), example(operation), query=query)
        assert answer.problem == (422, "invalid", "colour"), path


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"{", (400, "bad_request", "body")),
        (b"\xff\xfe", (400, "bad_request", "body")),
        (b'{"source": NaN}', (400, "bad_request", "body")),
        (b'"\\ud800"', (400, "bad_request", "body")),
        (b"[" * 100_000, (400, "bad_request", "body")),
        (b'"' + b"x" * 10_000_000 + b'"', (413, "body_too_large", "body")),
    ],
    ids=["cut", "no-text", "nan", "surrogate", "deep", "large"],
)
def test_bodies_that_are_no_json_are_refused(store: Store, body: bytes, refusal: tuple[int, str, str]) -> None:
    program = caller_for(store)
    for method, path, operation in OPERATIONS:
        if "requestBody" in operation:
            assert program.call(method, filled(path), body).problem == refusal, path


def test_every_operation_is_described() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for method, path, operation in OPERATIONS:
        assert operation["description"], path
        names = [parameter["name"] for parameter in operation["parameters"]]
        is_repeatable = method == "get" or operation["operationId"] in WITHOUT_KEY
        assert ("Idempotency-Key" in names) != is_repeatable, path
        assert ("requestBody" in operation) == bool(example(operation)), path
        assert all(response["content"] for status, response in operation["responses"].items() if status != 304), path
        assert scope_of(method, operation) in operation["security"][0]["TokenAuth"], path


def test_other_methods_are_refused(store: Store) -> None:
    program = caller_for(store)
    for path, methods in SCHEMA["paths"].items():
        address = filled(path.removeprefix(PREFIX))
        for method in METHODS - methods.keys():
            refused = program.call(method, address)
            assert refused.status == 405, (method, path)
            assert set(refused.headers["Allow"].lower().split(", ")) >= methods.keys(), path
            assert method == "head" or refused.problem[:2] == (405, "method_not_allowed")


def test_a_body_without_a_type_is_json(store: Store) -> None:
    response = Client().generic(
        "POST", f"{PREFIX}/orders", b"[]", "", headers={"Authorization": f"Bearer {caller_for(store).secret}"}
    )
    assert (response.status_code, response["Content-Type"]) == (422, PROBLEM)


def test_a_body_in_chunks_is_refused_rather_than_lost(store: Store) -> None:
    caller_for(store)
    response = Client().post(f"{PREFIX}/orders", headers={"Transfer-Encoding": "chunked"})
    assert (response.status_code, response["Content-Type"]) == (411, PROBLEM)


def test_what_is_not_there_is_a_problem_too(db: None) -> None:
    assert Caller("").get("/nothing").problem == (404, "not_found", "")


def test_its_description_can_be_tried_without_anybody_else(store: Store) -> None:
    caller_for(store).get("/orders")
    page = Client().get(f"{PREFIX}/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "https://" not in page
    assert Client().get(f"{PREFIX}/openapi.json").json()["openapi"] == "3.1.0"


def check(answer: Answer, operation: dict[str, Any]) -> None:
    """The answer is one of those that are declared, in the form that is declared."""
    content = operation["responses"][answer.status]["content"]
    assert answer.headers["Content-Type"].partition(";")[0] in content
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.body["detail"]
        assert answer.body["code"]


ODD = [
    None, True, 0, -1, 2**31, 2**63, 2**64, 1e-7, 1e308, "", " ", "\x00", "a\x00b", "x" * 300, "9" * 40, "1e30", "-1",
    "NaN", "Infinity", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2025-02-30T00:00:00Z", "\u202e", "😀", "%s", "'",
    [], {}, [[]], [None], {"": None}, {"a": {"b": []}},
]  # fmt: skip
odd_values = st.sampled_from(ODD) | st.text(max_size=20) | st.integers() | st.floats(allow_nan=False)
any_json = st.recursive(
    odd_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
words = st.sampled_from(["shop", "1042", "ord_", "\x00", "x" * 200, "..", "%00", "a/b", "💥"]) | st.text(
    min_size=1, max_size=20
)


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [so_far, *(place for key, part in inner for place in places(part, (*so_far, key)))]


@st.composite
def spoilt(draw: st.DrawFn, body: Any) -> Any:
    """A body in which something is odd, gone or too much."""
    body = deepcopy(body)
    *way, last = draw(st.sampled_from(places(body)[1:]))
    holder = body
    for key in way:
        holder = holder[key]
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "remove":
            del holder[last]
        case "add" if isinstance(holder, dict):
            holder[draw(st.text(max_size=5))] = draw(any_json)
        case _:
            holder[last] = draw(any_json)
    return body


@operations
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_breaks_it(
    program: Caller, method: str, path: str, operation: dict[str, Any], data: st.DataObject
) -> None:
    address = filled(path, data.draw(words)) if data.draw(st.booleans()) else filled(path)
    names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    query = data.draw(st.dictionaries(st.sampled_from(names), words | st.integers().map(str))) if names else {}
    body = example(operation)
    if body is not None:
        body = data.draw(any_json | spoilt(body) | spoilt(body))
    sent = b"" if body is None else json.dumps(body).encode()
    check(program.call(method, address, sent, query=query), operation)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200), key=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=140)
)
def test_no_bytes_break_it(program: Caller, body: bytes, key: str) -> None:
    operation = SCHEMA["paths"][f"{PREFIX}/orders"]["post"]
    check(program.call("post", "/orders", body, key=key), operation)
