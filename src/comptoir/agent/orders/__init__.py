"""Orders: found by number, read with their lines, parcels and refunds."""
