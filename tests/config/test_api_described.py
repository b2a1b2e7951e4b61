"""The API against its own description: whoever calls, with whatever, is answered as described.

A few examples of each operation for each kind of caller, always the same. For a long search set AFTERCARE_API_EXAMPLES
to the number of examples per operation: `AFTERCARE_API_EXAMPLES=200 pytest -n 1 -s tests/config/test_api_described.py`.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import GRANTS, Permission, Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.models import Bucket
from tests.calling import caller_for
from tests.factories import make_store
from tests.living import Ids, live_a_little

LONG = int(os.environ.get("AFTERCARE_API_EXAMPLES", "0"))
FEW, ENOUGH = 1, 2
UNKNOWN = "act_nobody_has_this"
OWN_IDS = {"orders": "1042", "customers": "77", "products": "filter-jug", "shipments": "P-1042"}
SEARCHED = ("/orders", "/customers", "/products", "/messages", "/mails", "/suppressions")
PUBLIC_IDS = {
    "order", "customer", "product", "shipment", "visit", "incident", "mass_incident", "message", "mail", "journey",
    "enrolment", "endpoint", "call", "connection", "delivery", "channel_connection", "claim", "segment", "list_id",
    "dry_run", "task", "refund", "grant", "spending", "card", "promotion", "redemption",
}  # fmt: skip
load_all_checks()
AS_DESCRIBED = CHECKS.get_by_names([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
])  # fmt: skip


class Door:
    """The server. Who calls is said here, for schemathesis spoils or leaves out whatever header it knows of.

    The end of a request is not the end of the test's transaction, as with Django's own client.
    """

    secret = ""
    _pages = WSGIHandler()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        environ.pop("HTTP_AUTHORIZATION", None)
        if self.secret:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.secret}"
        return self._pages(environ, start_response)


DOOR = Door()


@cache
def description() -> OpenApiSchema:
    """Read once, through the same door."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", DOOR)


@dataclass
class Visit:
    """Somebody who calls every operation."""

    secret: str
    ids: Ids
    scopes: frozenset[Permission] = frozenset()
    statuses: Counter[int] = field(default_factory=Counter)

    def call(self, case: Case) -> None:
        DOOR.secret = self.secret
        Bucket.objects.all().delete()
        response = case.call()
        case.validate_response(response, checks=AS_DESCRIBED)
        self.statuses[response.status_code] += 1
        self.check(case, response.status_code, response.content.decode(errors="replace"))

    def check(self, case: Case, status: int, text: str) -> None:
        """What else must hold; an address that is none is not found, whoever asks."""
        (wanted,) = case.operation.definition.raw["security"][0]["TokenAuth"]
        assert status != 401, case.as_curl_command()
        if status != 404:
            assert (status == 403) == (wanted not in self.scopes), (case.as_curl_command(), text)


class Unknown(Visit):
    """Nobody."""

    def check(self, case: Case, status: int, text: str) -> None:
        assert status in {401, 404}, (case.as_curl_command(), text)


class Stranger(Visit):
    """Somebody with a store of their own."""

    def check(self, case: Case, status: int, text: str) -> None:
        asked = set(case.path_parameters.values())
        secret = {one for name, there in self.ids.items() for one in there if name in PUBLIC_IDS} - asked
        told = f"{case.as_curl_command()} {text}"
        assert status not in {401, 403}, told
        assert not [one for one in secret if one in text], told


def call_everything(*visits: Visit, mode: GenerationMode, examples: int = FEW) -> None:
    """The same from each of them: to think of a call takes longer than to make it."""
    faults = []

    def call(case: Case, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            ids = visits[0].ids
            case.path_parameters.update({name: data.draw(st.sampled_from(ids[name])) for name in case.path_parameters})
        for visit in visits:
            visit.call(case)

    for result in description().get_all_operations():
        operation = result.ok()
        assert operation is not None
        drawn = given(case=operation.as_strategy(generation_mode=mode), data=st.data())(call)
        search = settings(
            max_examples=LONG or examples, derandomize=not LONG, database=None, deadline=None,
            phases=[Phase.generate, *([Phase.shrink] if LONG else [])], suppress_health_check=list(HealthCheck),
        )(drawn)  # fmt: skip
        try:
            search()
        except Exception as fault:  # noqa: BLE001 -- all faults are told at once
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} operations do not answer as described", faults)


@pytest.fixture
def now() -> datetime:
    """These tests call for longer than a clock could stand still."""
    return clock.now()


@pytest.fixture
def ids(store: Store, now: datetime, settings: Settings) -> Ids:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    return live_a_little(store, now)


both_ways = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)


def told(who: str, visit: Visit) -> None:
    if LONG:
        sys.stderr.write(f"\n{who}: {dict(sorted(visit.statuses.items()))}\n")


@both_ways
def test_every_answer_is_as_described(store: Store, ids: Ids, mode: GenerationMode) -> None:
    visit = Visit(caller_for(store).secret, ids, frozenset(Permission))
    call_everything(visit, mode=mode, examples=ENOUGH)
    told(f"every scope, {mode.value}", visit)


def test_whoever_may_not_is_refused(store: Store, ids: Ids) -> None:
    visits = {
        role: Visit(caller_for(store, *GRANTS[role]).secret, ids, GRANTS[role])
        for role in Role
        if role is not Role.OWNER
    }
    call_everything(*visits.values(), mode=GenerationMode.POSITIVE)
    for role, visit in visits.items():
        told(role, visit)


def test_nobody_is_answered(store: Store, ids: Ids) -> None:
    """A token that opens nothing, none at all, and one that we never gave to anybody."""
    powerless = Visit(caller_for(store, Permission.STAFF_READ).secret, ids)
    strangers = {secret: Unknown(secret, ids) for secret in ("", UNKNOWN)}
    call_everything(powerless, *strangers.values(), mode=GenerationMode.NEGATIVE)
    assert powerless.statuses.keys() <= {403, 404}
    told("no scope", powerless)
    for secret, visit in strangers.items():
        told(secret or "no token", visit)


def test_a_stranger_sees_nothing(ids: Ids) -> None:
    """Nothing of the first store is in any answer to another store's program, though it knows all ids."""
    visit = Stranger(caller_for(make_store("mallory")).secret, ids)
    call_everything(visit, mode=GenerationMode.POSITIVE)
    told("stranger", visit)


def test_real_ids_are_there_for_the_store_and_for_nobody_else(store: Store, ids: Ids) -> None:
    program, stranger = caller_for(store), caller_for(make_store("mallory"))
    for path, query in reads(ids):
        assert program.get(path, **query).status == 200, path
        # Messages are called the same in every store, and each store has words of its own for them.
        refused = stranger.get(path, **query)
        assert refused.status == 404 or path.startswith("/templates/"), path


def test_no_search_finds_what_another_store_has(ids: Ids) -> None:
    stranger = caller_for(make_store("mallory"))
    words = [
        *ids["order"],
        *ids["customer"],
        *ids["message"],
        "sam@example.com",
        "#1042",
        "00340434161094042557",
        "JUG-2L",
    ]
    for path in SEARCHED:
        for word in words:
            assert stranger.get(path, q=word).body == {"items": [], "next": ""}, (path, word)


def reads(ids: Ids) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address of a single thing, with real ids, and what else it must be asked."""
    for result in description().get_all_operations():
        operation = result.ok()
        names = re.findall(r"\{(\w+)\}", operation.path)
        if operation.method != "get" or not names:
            continue
        path = operation.path.removeprefix("/api/v1")
        own = {"external_id": OWN_IDS[path.split("/")[1]]} if "external_id" in names else {}
        query = {"before": "1", "after": "2"} if path.endswith("/compare") else {}
        yield path.format(**{name: ids[name][0] for name in names} | own), query
