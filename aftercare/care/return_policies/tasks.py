"""Replays when somebody asked for them."""

from procrastinate.contrib.django import app

from aftercare.care.return_policies.actions import carry_out_replay
from aftercare.care.return_policies.queries import replay_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.queries import stores_by_id
from aftercare.foundation.stores.scope import store_scope


@app.task(pass_context=False)
def replay_return_policy(store_id: int, replay: str) -> None:
    """One of them."""
    with store_scope(store_id):
        store = stores_by_id(ids={store_id})[store_id]
        carry_out_replay(run=replay_by_public_id(public_id=replay), store=store, now=clock.now())
