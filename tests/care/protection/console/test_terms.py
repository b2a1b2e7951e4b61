import pytest

from aftercare.care.protection.queries import terms_now
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import told
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db
PLAN = {
    "name": "Parcel cover", "carrier": "DHL", "domestic_days": "10", "abroad_days": "20", "past_promise_days": "3",
    "lost_within": "60", "damaged_within": "14", "damaged_photos": "2", "not_covered": ["bad_address"],
}  # fmt: skip


def test_rules_are_read_as_sentences_begun_and_changed(store: Store) -> None:
    olga = Staff(store)
    assert "Nothing is asked yet" in olga.see("protection")
    olga.do("protection_rules", do="suggest")
    words = words_of(olga.see("protection"))
    assert "From €200.00: ask the carrier for a signature." in words
    assert "From €1,000.00: no leaving with neighbours or in a safe place." in words
    olga.do("protection_rules", at_least="350,50", destination="abroad", carrier="DHL", wants="insurance")
    assert "From €350.50, abroad, with dhl: insure for the value." in words_of(olga.see("protection"))
    olga.do("protection_rules", do="remove-0")
    assert "From €200.00" not in words_of(olga.see("protection")).partition("Versions")[0]
    assert told(store, "protection.terms") == ["protection.terms_changed"] * 3


def test_an_amount_that_is_none_is_said(store: Store) -> None:
    Staff(store).do("protection_rules", at_least="much", destination="abroad", wants="insurance", expect=422)


def test_plans_are_changed_added_and_taken_back(store: Store) -> None:
    olga = Staff(store)
    assert "Never arrived: after 7 days without a scan (abroad 20)" in words_of(olga.see("protection"))
    olga.do("protection_plan", "new", **PLAN)
    words = words_of(olga.see("protection"))
    assert "Parcel cover dhl" in words.replace("DHL", "dhl")
    assert "after 10 days without a scan" in words
    with store_scope(store.pk):
        usual, own = terms_now().plans
    assert (usual.key, own.carrier, own.stolen) == ("usual", "dhl", None)
    olga.do("protection_plan", own.key, **{**PLAN, "domestic_days": "12"})
    assert "after 12 days" in words_of(olga.see("protection"))
    olga.do("protection_plan", "new", **PLAN, expect=422)
    olga.do("protection_plan", own.key, do="remove")
    olga.do("protection_builtin")
    with store_scope(store.pk):
        assert [plan.key for plan in terms_now().plans] == ["usual"]


@pytest.mark.parametrize(
    "wrong", [{"lost_within": "5"}, {"abroad_days": ""}, {"stolen_after": "9", "stolen_within": "3"}]
)
def test_a_window_that_ends_before_it_begins_is_refused(store: Store, wrong: dict[str, str]) -> None:
    Staff(store).do("protection_plan", "new", **{**PLAN, **wrong}, expect=422)


@pytest.mark.parametrize("role", Role)
def test_only_owners_change_terms(store: Store, role: Role) -> None:
    someone = Staff(store, role, f"{role}@juniper.example")
    may = role == Role.OWNER
    assert ("Add a rule" in someone.see("protection")) == may
    someone.do("protection_rules", do="suggest", expect=302 if may else 403)
    someone.do("protection_builtin", expect=302 if may else 403)
    someone.see("protection_plan", "usual", expect=200 if may else 403)
