"""Messaging: whether, when and how a customer is spoken to.

Every outbound message, from whatever capability, is a *request* that gets one *decision*: send, defer until, or drop,
with a reason that is stored and shown ("why was nothing sent?"). Its *legal class* (transactional, service, marketing)
comes from its message type and decides consent, quiet hours and caps. A *hold* delays, a *suppression* forbids, a
*budget* over all programmes bounds what a customer hears, and what was over it is merged into a *digest*; the *control
group* gets only what is owed. A *channel* delivers. What is to be sent is a row of the outbox, claimed in batches, with
a stable Message-ID.

Invariants: a request with the same dedupe key is taken once; no network inside a transaction; a message ends as sent,
merged, dropped or failed, each with its reason; no budget is exceeded, however many decide at once; what is owed never
waits for anything but the night; what was sent can be shown again byte for byte (inputs are kept, and a digest).
What comes back is *news* of a message (delivered, bounced, complained …), kept once, which changes what is sent next, or
*inbound mail*. A store may send by a *mail provider* of its own (`providers`); its messages wait in a lane of their own.

Events out: message.deferred, message.dropped, message.merged, message.sent, message.failed, message.delivered, message.bounced,
message.complained, message.unsubscribed, message.opened, message.clicked, message.received; mail.sending_changed,
mail.address_allowed; hold.placed, hold.released; messaging.rules_changed.
"""
