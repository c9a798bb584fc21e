"""Every write about macros; each module's public functions are the verbs."""
