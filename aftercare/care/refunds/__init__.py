"""Money back: what another capability or a person asks for, made exactly once by whoever took the money.

A *refund asked for* is so much of an order, for a reason. It is confirmed (at once, where a policy has decided, or by a
person who saw it), and then made by a *payer*, one file each: the shop's platform, a payment provider, or a person by
hand. What orders show as refunded is what the shop reports; what we had made there comes back by that way and is
recognised by its id.

Invariants: all that is asked for, made or not, and all that the shop reports is together never more than was paid. A call
to a payer is made outside any transaction, under the refund's own id; one whose answer never came is looked for before it
is made again. A refund is made once.
Events out: refund.asked, refund.made, refund.failed, refund.dropped.
"""
