"""Customers' files: the list, the file with its history, merging, export and erasure."""
