"""Jobs: everything that runs without anyone asking.

A *loop* works off rows in batches (event subscribers, journeys, the outbox): it is woken the moment there is work, and
looks by itself now and then. A *task* is coarse or timed work and runs on procrastinate, on the same database.

Invariants: a loop's batch is one transaction, so killing a worker loses nothing and repeats nothing; any number of
workers on any number of hosts may run the same loop.
"""
