"""Webhooks: calls to other people's systems, signed by Standard Webhooks.

An *endpoint* is told of events as they are recorded; journeys call addresses of their own. A *call* is a row of an
outbox: made outside any transaction, repeated under one id until it is taken (2xx), given up after most of a day or at
once on 410. An endpoint that is down is asked once and then left in peace; one that took nothing for days is switched
off. What it missed can be told again.

Invariants: a call with the same dedupe key is queued once; private addresses are not called; one endpoint never keeps
another waiting. Events in: all of them. Events out: webhook_endpoint.added, changed, secret_rotated, removed, disabled.
"""
