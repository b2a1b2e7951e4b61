"""Everything an installation holds, in one file, and out of it again.

A backup is a ZIP of three parts: `manifest.json` (what it is, and how many of everything), `database.dump` (PostgreSQL's
custom format, readable by `pg_restore` without us) and `secret_key`, without which stored secrets of shops, carriers and
mail providers stay locked. It is one moment of the database, taken while everything runs.

- `manifest`: what a backup says of itself.
- `making`: out to a file.
- `restoring`: back into a database, beside the one that is there and then in its place.
- `counting`: how many there are of what counts.
"""
