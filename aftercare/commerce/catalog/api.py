"""The API of products and their variants."""

from ninja import Router

router = Router(tags=["Products"])
