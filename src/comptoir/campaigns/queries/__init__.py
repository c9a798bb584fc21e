"""What pages and messages read."""
