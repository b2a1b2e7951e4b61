"""Content: guides and care tips that belong to products.

A *guide* is a short text (quick start, care, how-to) in one language, tied to the products it is about, with a page in
the portal and a link in messages.

A guide may be for a *stage* of ownership, and for a whole *collection* (a category of products). Opened from an order it
is *followed*: that it was opened, and which steps of a checklist are ticked, is kept for one line of that order.

Invariants: a guide is known by (store, slug, locale); one row of what was followed per order and slug; a checklist is
completed once, whatever is unticked later. Events out: guide.written, guide.removed, guide.opened, checklist.step_done,
checklist.step_undone, checklist.completed.
"""
