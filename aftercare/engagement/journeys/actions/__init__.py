"""Writes of journeys: entering, travelling, publishing versions."""
