"""The API of customers: who they are, what they agreed to, and who turned out to be the same person."""

from ninja import Router

router = Router(tags=["Customers"])
