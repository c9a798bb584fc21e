"""Vendors: one folder each, one file per port that it fulfils.

An adapter gets and returns the values of `ports`; config names it, and nobody imports it.
Never knows Django, the domain, or another adapter.
"""
