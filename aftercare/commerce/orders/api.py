"""The API of orders: taken in as sets or one by one, and read back."""

from ninja import Router

router = Router(tags=["Orders"])
