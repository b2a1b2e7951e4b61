"""Connected shops through the API."""

from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.commerce.platforms.shops import connect
from tests.factories import make_store


def test_connections_are_shown_without_their_secrets(store: Store) -> None:
    made = connect(store)
    program = caller_for(store, Permission.SETTINGS_READ)
    (listed,) = program.get("/connections").body["items"]
    assert (listed["id"], listed["platform"], listed["state"], listed["waiting"]) == (
        made.public_id, made.platform, "active", 0,
    )  # fmt: skip
    assert program.get(f"/connections/{made.public_id}").body == listed
    assert not [name for name in listed if "secret" in name or "settings" in name]


def test_another_store_sees_none(store: Store) -> None:
    made = connect(store)
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/connections").body == {"items": []}
    assert mallory.get(f"/connections/{made.public_id}").problem == (404, "not_found", "connection")
