"""Everything that changes customers."""

from aftercare.commerce.customers.actions.consents import ConsentStatement, record_consents, set_consent
from aftercare.commerce.customers.actions.merging import merge_customers, unmerge
from aftercare.commerce.customers.actions.recording import record_customers
from aftercare.commerce.customers.actions.traits import publish_traits, raise_traits

__all__ = [
    "ConsentStatement",
    "merge_customers",
    "publish_traits",
    "raise_traits",
    "record_consents",
    "record_customers",
    "set_consent",
    "unmerge",
]
