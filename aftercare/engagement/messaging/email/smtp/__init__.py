"""SMTP at the speed of the relay: pipelined, several connections driven by one thread, an answer for every message.

`delivery.send_batch` is the door. `session` is the protocol without a socket, `connection` gives it one, `relay` says
where to and keeps connections open between batches.
"""
