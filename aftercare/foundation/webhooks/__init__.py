"""Webhooks: calls to other people's systems, signed by Standard Webhooks.

A *call* is a row of an outbox: made outside any transaction, repeated under one id until it is taken (2xx), given up
after most of a day or at once on 410.

Invariants: a call with the same dedupe key is queued once; private addresses are not called; bodies are at most 256 KB.
"""
