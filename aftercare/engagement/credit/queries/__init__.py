"""Reads of credit. All within a store's scope."""
