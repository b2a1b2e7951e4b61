"""Dry runs: the events of some days once more, and what a journey would have said, to whom, when, and what held it back.

It is no second reading of journeys. Events enter by `actions.enter`, travellers move by `actions.travel`, messages are
decided about by messaging, waiting ones again by `decide_again`: the same code, from moment to moment of the past, on
stand-ins (`foundation.database.stand_ins`). `world` puts up what the run sees, `arrivals` who comes in, `bells` what
rings for whoever waits, `replay` lets time pass, `findings` counts.

Nothing of it remains but the run's row and its result, and nothing of the live house is held up: each moment is a
transaction of some milliseconds, in which PostgreSQL refuses to write to, or to lock, anything that is not temporary.
Customers do not mind each other, so they are tried some thousands at a time: memory is bounded.
"""
