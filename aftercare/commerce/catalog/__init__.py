"""Catalog: what the shop sells, as far as looking after it needs to know.

A *product* (goods, consumable, digital or service) has *variants* with a SKU, and *relations* to others: accessory
of, consumable for, upgrade of, part of. It carries warranty terms and a return class; care and onboarding content is
tied to it from above.

Invariants: products and variants mirror the shop by (source, external id); nothing that was ordered is ever deleted.
Events out: product.changed.
"""
