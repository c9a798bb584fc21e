"""A shopper's account: the way in by a code, what is theirs, and their data."""
