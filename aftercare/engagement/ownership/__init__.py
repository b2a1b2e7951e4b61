"""Ownership: what customers have, whether they use it, and when it wants looking after.

A line that was delivered is *owned*. A *usage event* is a sign of use that a device, an app or the shop reports; with
opened guides and ticked checklists it tells when a line was first used, and by what we know. One without any sign some
days after its delivery is *never used*, which is noticed once. A *schedule* says what is to be done every so many days,
months or uses; a *service* is that of one owned line, with when it is due next.

Invariants: a usage event of one sender's id counts once; first use only ever moves to an earlier moment; never used is
told once per line, due once per due date, however long nothing ran.
Events in: fulfilment.completed, order.delivered, guide.opened, checklist.step_done. Events out: usage.recorded,
usage.began, usage.never_used, usage.rules_changed, service.scheduled, service.schedule_ended, service.due, service.done,
service.snoozed.
"""
