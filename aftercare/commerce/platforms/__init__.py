"""Platforms: where the facts come from: files that are fed, and shops that are connected.

An *import* reads a file (CSV or NDJSON, plain or gzipped, or standard input) of one kind: orders, customers, products,
shipments or tracking. A *record* is what one fact is made of: a line of NDJSON, or the consecutive CSV rows of one
order. A *mapping* (TOML) says how a foreign file's columns become our fields; *joins* bring in columns of other files.
What cannot be taken in becomes a *reject*: the rows as they were, with line, field, problem and remedy, in a file of
the same format that can be corrected and fed again.
A *connection* is a shop that sends; a *delivery* is one message of it, kept as it came; its platform's *connector*
translates it into the same records. A *back-fill* fetches what was before. A *source* names whose ids they are.

Invariants: read = created + changed + unchanged + skipped + rejected; feeding a file twice changes nothing; a file is
taken in by chunks, each one transaction, in constant memory; no file is ever overwritten. A delivery is answered when
it is committed, once per id, and ends taken in, ignored or dropped with a reason, or parked with what is wrong.
Events: none of its own; the facts that come in publish theirs.
"""
