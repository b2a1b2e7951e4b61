"""Killing everything at random while orders become mail and webhooks, and counting what came of it.

`python -m bench.faults --orders 20000 --kills 20`: an installation as `aftercare up` runs it, durable and on its own
server; orders come in by the API; worker, web and PostgreSQL are killed so many times each, by SIGKILL, at random. The
mail relay refuses, postpones and hangs up at random, before and after the final dot; one webhook receiver fails and is
slow, another is gone (410). In the end each order is held against the log, the messages and what both receivers have.

- `relay`: the mail server that fails. - `receiver`: the webhook receivers. - `site`: the installation, and its deaths.
- `orders`: what comes in. - `shop`: who takes it. - `verdict`: what must be true afterwards.

`python -m bench.faults.hosts`: the same with two hosts, one of which is cut off and healed; `network`, `shared_database`.
"""
