"""The API of events: what happened to an order or a customer, and which kinds of facts there are."""

from ninja import Router

router = Router(tags=["Events"])
