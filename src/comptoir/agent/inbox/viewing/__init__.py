"""Views as agents make them: conditions, columns, order, sharing, what they do on arrival."""
