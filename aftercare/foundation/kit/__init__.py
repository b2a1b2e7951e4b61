"""Values and small mechanisms without a database: clock, identifiers, money, refusals, registries, templates."""
