"""Messaging: whether, when and how a customer is spoken to.

Every outbound message, from whatever capability, is a *request* that gets one *decision*: send, defer until, or drop,
with a reason that is stored and shown ("why was nothing sent?"). Its *legal class* (transactional, service, marketing)
comes from its message type and decides consent, quiet hours and caps. A *hold* delays, a *suppression* forbids, a
*channel* delivers. What is to be sent is a row of the outbox, claimed in batches, with a stable Message-ID.

Invariants: a request with the same dedupe key is taken once; no network inside a transaction; a message ends as sent,
dropped or failed, each with its reason; what was sent can be shown again byte for byte (inputs are kept, and a digest).
Events out: message.deferred, message.dropped, message.sent, message.failed.
"""
