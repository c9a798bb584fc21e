"""Orders from a file: read in a stream, checked, taken in batches, resumed where a run stopped.

`readers` cut a file into records, `fields` turn a record into an order, `run` takes them. Silent: nothing reacts.
"""
