"""Fetching what was before, through the API."""

from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from aftercare.commerce.platforms.tasks import fetch_history
from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.commerce.platforms.shops import connect
from tests.commerce.platforms.wordpress import connect_wordpress, wordpress


def test_history_is_fetched_once_however_often_it_is_asked_for(store: Store, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    program = caller_for(store)
    with wordpress() as server:
        path = f"/connections/{connect_wordpress(store, server).public_id}/history"
        assert program.get(path).body == {"items": []}
        first, again = program.post(path), program.post(path)
        assert (first.status, first.body["state"], first.body["id"]) == (201, "running", again.body["id"])
        jobs = ProcrastinateJob.objects.filter(task_name=fetch_history.name).order_by("id")
        assert {job.lock for job in jobs} == {f"backfill {jobs[0].args['backfill_id']}"}
        fetch_history(**jobs[0].args)
    (done,) = program.get(path).body["items"]
    assert (done["state"], done["records"], done["failure"]) == ("finished", 6, "")


def test_a_platform_that_only_sends_has_none(store: Store) -> None:
    made = connect(store, "standard")
    assert caller_for(store).post(f"/connections/{made.public_id}/history").problem[1] == "no_access"
