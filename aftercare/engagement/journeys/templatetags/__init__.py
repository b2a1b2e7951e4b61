"""Tags for templates that show journeys."""
