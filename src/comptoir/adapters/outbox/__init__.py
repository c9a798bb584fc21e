"""Mail that stays here: each message becomes a file, for the demo shop and for development."""
