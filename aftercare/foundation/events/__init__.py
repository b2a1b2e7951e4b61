"""Events: the one log of facts.

Every state change writes its row and an event in the same transaction. The log is at once the customer's timeline, the
audit trail, what journeys wait for and what insight counts; so it is never optional and never approximate.

*Event*: a frozen dataclass with a past-tense `type`. *Fact*: an event with where it belongs (store, customer, order,
shipment) and when it happened. *Subscriber*: a function that reads the log in batches; its *cursor* and its effects
commit together, so effects happen exactly once whatever is killed. *Parked* event: one that a subscriber failed on
repeatedly; staff see it, replay it or drop it with a reason, and the rest goes on.

Invariants: rows are append-only; a position is (transaction, sequence) and is read only below the oldest running
transaction, so none is skipped; therefore no transaction that records events may be long.
"""
