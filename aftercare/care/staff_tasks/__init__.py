"""Tasks of the staff: what a person is to do about an order or a customer, where no kind of trouble says it already.

A *task* says what, about whom, for which role and by when. Journeys make them; whoever sees to one says so, and may note
what came of it. What goes wrong with a delivery is an incident, whose own task it is.

Invariants: a task is made once for its key; it is done once.
Events in: none. Events out: staff_task.opened, staff_task.done.
"""
