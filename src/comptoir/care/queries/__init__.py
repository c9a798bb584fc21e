"""What pages read of cases and incidents."""
