"""Parcels: what goes wrong, what is under way, incidents over many orders."""
