"""The room that all others stand on: shops, agents and teams; events, live signals, jobs, keys, files, access.

It knows no customer, no order and no message, and never speaks HTTP.
"""
