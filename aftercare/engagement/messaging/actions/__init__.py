"""Writes of messaging: taking requests, deciding again, sending, holds and suppressions, templates."""
