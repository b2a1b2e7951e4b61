"""Tasks of the staff: what a person is to do about an order or a customer, where no kind of trouble says it already.

A *task* says what, about whom, for which role and by when. Journeys and programs make them; somebody takes one on, says
when it is done, and may note what came of it. What goes wrong with a delivery is an incident, whose own task it is.

Invariants: a task is made once for its key; it is done once, and nobody takes it on after.
Events in: none. Events out: staff_task.opened, staff_task.assigned, staff_task.done.
"""
