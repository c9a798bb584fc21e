"""Opening hours as a value, and moments as people say them."""
