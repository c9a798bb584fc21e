"""Mail as bytes and as values: reading it, knowing its kind, cutting the reply out of it, writing it.

Pure functions; nothing here opens a connection, and no input makes them raise unless their docstring says so.
"""
