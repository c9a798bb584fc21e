"""A shop's own messages, through the door."""
