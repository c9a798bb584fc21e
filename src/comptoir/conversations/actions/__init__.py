"""Every write about conversations, by what is done; each module's public functions are the verbs."""
