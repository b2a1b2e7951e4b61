"""Tags for templates that show messages."""
