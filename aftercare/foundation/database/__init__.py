"""Everything about PostgreSQL that is not a model: the embedded server, and bulk reading and writing."""
