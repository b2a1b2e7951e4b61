"""One router for all operations on journeys: an address is found once, whatever module its methods stand in."""

from ninja import Router

router = Router(tags=["Journeys"])
