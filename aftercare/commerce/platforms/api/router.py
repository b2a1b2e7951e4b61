"""Where the operations of this room are gathered."""

from ninja import Router

router = Router(tags=["Connections"])
