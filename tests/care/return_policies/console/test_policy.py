from typing import Any

import pytest

from aftercare.care.return_policies.models import PolicyDraft, Replay
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.rules import Policy
from aftercare.care.return_policies.queries import policy_now
from aftercare.care.return_policies.reading import kept_policy
from aftercare.care.return_policies.tasks import replay_return_policy
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.return_policies.shop import arrived, publish
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db


def draft(store: Store) -> tuple[Policy, int]:
    with store_scope(store.pk):
        found = PolicyDraft.objects.get()
        return kept_policy(found.policy), found.revision


def press(staff: Staff, do: str, *, expect: int = 200, **form: Any) -> str:
    """A button of the editor, on the draft as it is."""
    with store_scope(staff.store.pk):
        found = PolicyDraft.objects.first()
    said = {"builder_do": do, "builder_revision": found.revision if found else 0, **form}
    return staff.do("return_policy_edit", expect=expect, **said).content.decode()


def test_a_policy_is_begun_with_a_starter_and_published(store: Store) -> None:
    olga = Staff(store)
    assert "No return policy yet" in olga.see("return_policy")
    assert "Begin with it" in olga.see("return_policy_edit")
    words = words_of(press(olga, "begin:holiday_extension"))
    assert "bought between 1 November and 24 December" in words
    assert "at least until 31 January" in words
    olga.do("return_policy_publish", builder_revision="1", note="For the holidays")
    words = words_of(olga.see("return_policy"))
    assert "1 · Bought for the holidays" in words
    assert "For the holidays" in words
    with store_scope(store.pk):
        assert policy_now().policy.number == 1


def test_rules_are_built_named_moved_and_removed_without_a_script(store: Store) -> None:
    olga = Staff(store)
    press(olga, "rule")
    assert "Sent to a country" in press(olga, "add:0")
    press(olga, "keep", builder_open="add:0:country", words="DE, AT", rule_name_0="Neighbours")
    press(olga, "keep", builder_open="effect:0:window", days="45", counted_from="delivered")
    press(olga, "rule")
    press(olga, "keep", builder_open="effect:1:allow", outcomes=["refund"])
    press(olga, "up:1")
    policy, revision = draft(store)
    assert [rule.name for rule in policy.rules] == ["New rule", "Neighbours"]
    assert revision == 6
    press(olga, "keep", builder_open="change:1-0", days="60", counted_from="delivered", opposite="")
    press(olga, "keep", builder_open="edit:1-0", words="CH", opposite="on")
    words = words_of(olga.see("return_policy_edit"))
    assert "not: sent to Switzerland" in words
    assert "until 60 days after delivery" in words
    press(olga, "group:1")
    press(olga, "match:1-1:none")
    press(olga, "remove:1-1")
    press(olga, "drop:1-0")
    press(olga, "delete:0")
    (rule,) = draft(store)[0].rules
    assert (rule.name, rule.then, len(rule.when.parts)) == ("Neighbours", (), 1)


def test_what_does_not_fit_is_said_where_it_was_entered(store: Store) -> None:
    olga = Staff(store)
    press(olga, "rule")
    words = press(olga, "keep", builder_open="effect:0:keep_item", amount="1.999", currency="EUR", expect=422)
    assert "more decimals" in words
    assert draft(store)[0].rules[0].then == ()


@pytest.mark.parametrize(
    "do", ["add:9", "edit:0-7", "change:0", "drop:x", "up:", "match:0:some", "begin:luck", "effect:0:luck"]
)
def test_buttons_about_what_is_gone_do_nothing(store: Store, do: str) -> None:
    olga = Staff(store)
    press(olga, "rule")
    press(olga, do)
    assert draft(store)[1] == 1


def test_every_kind_opens_its_form(store: Store) -> None:
    olga = Staff(store)
    press(olga, "rule")
    for kind in conditions:
        assert f'<h3 class="font-semibold">{kind.label}</h3>' in press(olga, f"add:0:{kind.key}"), kind.key
    for one in effects:
        assert f'<h3 class="font-semibold">{one.label}</h3>' in press(olga, f"effect:0:{one.key}"), one.key
    assert "What is asked?" not in press(olga, "effect:0")
    assert "What does it decide?" not in press(olga, "add:0")


def test_who_was_slower_is_told(store: Store) -> None:
    olga = Staff(store)
    press(olga, "rule")
    olga.do("return_policy_edit", builder_do="rule", builder_revision="0", expect=409)
    assert draft(store)[1] == 1


def test_a_draft_is_tried_on_a_real_order_with_its_trace(store: Store) -> None:
    olga = Staff(store)
    arrived(store)
    press(olga, "begin:opened_hygiene")
    words = words_of(press(olga, "look", order="1042", state="opened", blame="shopper"))
    assert "They cannot be returned once opened, for hygiene. You told us it was opened." in words
    assert "Rule 1, “Opened earrings, underwear and cosmetics”, applies." in words


def test_versions_are_compared(store: Store) -> None:
    publish(store, key="days_30")
    publish(store, key="days_60")
    html = Staff(store).see("return_policy", to="2")
    assert "Added" in html
    assert "30 days to decide" in words_of(html), "what is no longer there is shown as removed"


def test_a_draft_is_replayed_on_what_was_delivered(store: Store) -> None:
    olga = Staff(store)
    publish(store, key="days_30")
    arrived(store)
    press(olga, "begin:final_sale")
    press(olga, "keep", builder_open="add:0:category", words="Earrings")
    press(olga, "match:0:any")
    olga.do("return_policy_replay_ask")
    with store_scope(store.pk):
        run = Replay.objects.get()
    assert "It is being tried." in olga.see("return_policy_replay", run.public_id)
    replay_return_policy(store_id=store.pk, replay=run.public_id)
    words = words_of(olga.see("return_policy_replay", run.public_id))
    assert "Lines in EUR: 1. Could no longer be returned: 1. Could be for the first time: 0." in words
    assert "#1042" in words


@pytest.mark.parametrize("role", Role)
def test_only_owners_change_the_policy(store: Store, role: Role) -> None:
    someone = Staff(store, role, f"{role}@juniper.example")
    may = role == Role.OWNER
    someone.see("return_policy")
    someone.see("return_policy_edit", expect=200 if may else 403)
    for name in ("return_policy_publish", "return_policy_discard", "return_policy_replay_ask"):
        someone.do(name, expect=302 if may else 403)


def test_another_stores_staff_find_nothing(store: Store) -> None:
    publish(store, key="days_30")
    mallory = Staff(make_store(slug="mallory"), email="mallory@example.com")
    assert "No return policy yet" in mallory.see("return_policy")
    olga = Staff(store)
    olga.do("return_policy_replay_ask")
    with store_scope(store.pk):
        run = Replay.objects.get()
    mallory.see("return_policy_replay", run.public_id, expect=404)


def test_pages_take_as_many_queries_for_one_thing_as_for_three(store: Store) -> None:
    olga = Staff(store)
    arrived(store, "1042")
    publish(store, key="days_30")
    press(olga, "begin:days_60")
    few = [olga.count_queries("return_policy"), olga.count_queries("return_policy_edit")]
    for number in ("1043", "1044"):
        arrived(store, number, lines=3)
    press(olga, "rule")
    assert [olga.count_queries("return_policy"), olga.count_queries("return_policy_edit")] == few
