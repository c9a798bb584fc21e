"""Carriers and services that follow parcels: a file for each, with the whole table of its codes.

What they share stands in `asked` (how a carrier is asked) and `reading` (how its answer becomes parcels).
"""
