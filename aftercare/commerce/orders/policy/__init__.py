"""Pure decisions about orders: what a version says, what it changes, and what has arrived.

`versions` reads what the shop sent into an `OrderState`; `changes` joins it with what is known and tells what happened;
`progress` derives from lines and fulfilments how far the order is. No query, no clock, no chance.
"""
