"""Aftercare: looks after a shop's customers from the moment they have paid."""
