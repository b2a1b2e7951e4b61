"""Content: guides and care tips that belong to products.

A *guide* is a short text (quick start, care, how-to) in one language, tied to the products it is about, with a page in
the portal and a link in messages.

Invariants: a guide is known by (store, slug, locale). Events out: none yet.
"""
