"""Following parcels: what carriers tell is merged, asked for again in time, and reckoned ahead from others' roads."""
