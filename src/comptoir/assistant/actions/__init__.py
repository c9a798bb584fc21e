"""Every write of the room: connecting a model, asking it, forgetting."""
