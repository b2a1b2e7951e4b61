"""Writes of journeys: entering, travelling, publishing versions, calls to other systems."""
