"""Notices: what the owners of a product must learn: an update, a safety notice, a recall.

A *notice* is about a product or one variant of it, and, where they are given, only about some *batches* or a *range* of
serial numbers. Its *severity* decides what its message is before the law: an update is service, the others are
transactional and pass consent. Those it is for are its *addressees*, one per order; that each *read* it (opened it on
the order's page) and *acknowledged* it (said so) is kept with when and by which channel.

Invariants: only a draft can be changed; all whom it is for are written down by one statement when it is published, and
whoever comes later once their order says so; an addressee is written to once per round, however often a worker is
killed; what was read stays read.
Events in: order.placed, order.edited, order.delivered, fulfilment.packed, fulfilment.under_way, fulfilment.completed.
Events out: notice.published, notice.ended, notice.sent, notice.read, notice.acknowledged.
"""
