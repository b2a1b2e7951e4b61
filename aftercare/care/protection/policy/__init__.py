"""Pure decisions: what an order asks of its delivery, when a parcel can be claimed, and what may follow on what."""
