"""Custom fields: what they are, what may stand in them, and how rooms read and write the values of their own rows."""
