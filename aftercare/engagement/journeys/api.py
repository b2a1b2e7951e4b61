"""The API of journeys: what they are, who is on them, and their pausing."""

from ninja import Router

router = Router(tags=["Journeys"])
