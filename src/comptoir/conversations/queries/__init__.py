"""Reads of conversations: lists and their counts, one thread, what stands beside it.

Lists and counts are read with SQL that the ORM made once and that is kept (see prepared.py): they are the busiest pages.
"""
