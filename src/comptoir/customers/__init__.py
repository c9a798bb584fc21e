"""One file per person: customers, the immutable identities that messages and orders point to, tags, notes, merging.

It knows no order and no message, and never decides what a person may see.
"""
