"""Learning when somebody asks for it."""

from procrastinate.contrib.django import app

from aftercare.commerce.promises.actions import learn
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope


@app.task(pass_context=False)
def learn_from_deliveries(store_id: int) -> None:
    """As the loop does once a day."""
    with store_scope(store_id):
        learn(store_id=store_id, now=clock.now())
