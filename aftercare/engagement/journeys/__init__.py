"""Journeys: what happens after what, in sets.

A *journey* is started by a *trigger* (any event type, a date, or a program's call) and walks each *enrolment* through
*steps* (a folder of kinds, as are the dates and conditions). A *goal* or an early exit ends it for somebody at once.
A *version* never changes; enrolments finish on the version they began. A *draft* is what staff edit, read as an
*outline* in sentences; rules *check* it, a *rehearsal* tries it on a real event without a trace, and publishing makes
a version of it. *Re-entry* says who may come again. Every step an enrolment takes is logged with its reason.

Invariants: an enrolment enters once per entry key; a step and its effects commit together; steps run on batches; of two
who change a draft at once, one is told.
Events in: all of them. Events out: journey.entered, journey.ended, journey.published, journey.paused, journey.resumed,
journey.archived.
"""
