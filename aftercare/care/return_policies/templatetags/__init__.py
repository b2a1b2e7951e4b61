"""Tags of return policies."""
