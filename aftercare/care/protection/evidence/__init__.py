"""The evidence pack: all that is known of an order, as one PDF and the raw pieces, in one ZIP.

The same data make the same bytes: nothing in it depends on when, or by whom, it was asked for.
"""

from aftercare.care.protection.evidence.gathering import Pack, gather
from aftercare.care.protection.evidence.packing import pack_zip

__all__ = ["Pack", "gather", "pack_zip"]
