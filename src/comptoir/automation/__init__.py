"""Macros: texts with variables and the actions that go with them, their figures, answers to many at once.

Never writes to a conversation but through the actions that an agent's own hand calls; never speaks HTTP.
"""
