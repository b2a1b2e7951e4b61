"""The API of connections: which shops tell us what happens, how that goes, and what they sent."""

from aftercare.commerce.platforms.api import connections, deliveries, history
from aftercare.commerce.platforms.api.router import router

__all__ = ["connections", "deliveries", "history", "router"]
