"""Everything that changes the catalogue."""

from aftercare.commerce.catalog.actions.recording import record_products

__all__ = ["record_products"]
