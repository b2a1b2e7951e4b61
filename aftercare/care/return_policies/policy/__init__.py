"""The engine: facts, rules and law in, a verdict with its trace out. Values only; no query, no clock."""
