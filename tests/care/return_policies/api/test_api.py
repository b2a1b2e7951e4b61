import pytest
import time_machine

from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.care.return_policies.cast import effect, rule
from tests.care.return_policies.shop import NOW, arrived, publish
from tests.commerce.shipments.parcels import hours, told
from tests.factories import make_store

pytestmark = pytest.mark.django_db
RULES = [
    rule(effect("allow", outcomes=["refund"]), effect("methods", methods=["own_carrier"]), name="All"),
    rule(effect("window", days=14), name="Two weeks"),
]


def test_a_policy_is_drafted_checked_published_and_kept(store: Store) -> None:
    program = caller_for(store)
    assert program.get("/return-policy").body["version"] == 0
    drafted = program.put("/return-policy/draft", {"policy": {"rules": RULES}, "revision": 0}).body
    assert (drafted["revision"], drafted["problems"]) == (1, [])
    assert drafted["sentences"][1] == "Always: until 14 days after delivery"
    assert program.put("/return-policy/draft", {"policy": {"rules": []}, "revision": 0}).problem == (
        409, "draft_changed", "revision",
    )  # fmt: skip
    published = program.post("/return-policy/draft/publish", {"revision": 1, "note": "First"})
    assert (published.status, published.body["version"]) == (201, 1)
    assert program.post("/return-policy/draft/publish", {"revision": 0}).problem[:2] == (409, "nothing_to_publish")
    assert [one["note"] for one in program.get("/return-policy/versions").body["items"]] == ["First"]
    assert program.get("/return-policy/draft").body["revision"] == 0
    assert told(store, "return_policy.") == ["return_policy.published"]


def test_a_rule_that_never_decides_anything_is_not_published(store: Store) -> None:
    program = caller_for(store)
    idle = rule(effect("window", days=60), name="Idle", when={"parts": [{"kind": "gift"}]})
    problems = program.put("/return-policy/draft", {"policy": {"rules": [*RULES, idle]}, "revision": 0}).body[
        "problems"
    ]
    assert problems == [
        {
            "rule": 2,
            "sentence": "Rule 3 never decides anything: rule 2 decides all it decides, before it.",
            "blocks": True,
        }
    ]
    refused = program.post("/return-policy/draft/publish", {"revision": 1})
    assert refused.problem == (422, "return_policy_faults", "rules[2]")


def test_who_is_left_with_nothing_is_said(store: Store) -> None:
    american = rule(
        effect("allow", outcomes=["refund"]), when={"parts": [{"kind": "country", "config": {"words": ["US"]}}]}
    )
    ways = rule(effect("methods", methods=["own_carrier"]))
    body = {"policy": {"rules": [american, ways]}, "revision": 0}
    said = [one["sentence"] for one in caller_for(store).put("/return-policy/draft", body).body["problems"]]
    assert "No outcome is left for orders to France, but what the law asks for." in said
    assert not [one for one in said if "United States" in one]


def test_what_is_wrong_with_a_policy_is_named(store: Store) -> None:
    wrong = [rule(effect("window", days="many"))]
    answer = caller_for(store).put("/return-policy/draft", {"policy": {"rules": wrong}, "revision": 0})
    assert answer.problem == (422, "return_policy", "policy.rules[0].then[0].config.days")


def test_an_order_is_judged_line_by_line_with_the_reasons(store: Store) -> None:
    publish(store, key="opened_hygiene")
    order = arrived(store, lines=2)
    asked = {"order": order.public_id, "lines": [{"line": "l1", "state": "opened"}]}
    with time_machine.travel(NOW, tick=False):
        found = caller_for(store).post("/return-policy/evaluate", asked).body
    first, second = found["lines"]
    assert (first["line"], first["is_returnable"], second["is_returnable"]) == ("l0", True, False)
    assert second["why_not"] == "They cannot be returned once opened, for hygiene. You told us it was opened."
    refund = first["offers"][0]
    assert (refund["outcome"], refund["amount"], refund["ways"][0]["net"]) == ("refund", "20.00", "20.00")
    assert second["trace"][0].startswith("Rule 1, “Opened earrings, underwear and cosmetics”, applies.")
    unknown = {"order": order.public_id, "lines": [{"line": "l9"}]}
    assert caller_for(store).post("/return-policy/evaluate", unknown).problem == (422, "invalid", "lines[0].line")


def test_an_order_stands_under_the_version_of_its_day_or_the_latest_whichever_is_better(store: Store) -> None:
    publish(store, *RULES)
    order = arrived(store)
    strict = [RULES[0], rule(effect("window", days=1), name="A day")]
    publish(store, *strict, now=hours(48))

    def version() -> tuple[int, bool]:
        with time_machine.travel(NOW, tick=False):
            line = caller_for(store).post("/return-policy/evaluate", {"order": order.public_id}).body["lines"][0]
        return line["version"], line["is_returnable"]

    assert version() == (1, True)
    publish(store, RULES[0], rule(effect("window", days=100)), now=hours(50))
    assert version() == (3, True)


def test_another_store_gets_nothing(store: Store) -> None:
    publish(store, *RULES)
    order = arrived(store)
    mallory = caller_for(make_store(slug="mallory"))
    assert mallory.get("/return-policy").body["version"] == 0
    assert mallory.get("/return-policy/versions").body["items"] == []
    assert mallory.post("/return-policy/evaluate", {"order": order.public_id}).problem == (422, "invalid", "order")
