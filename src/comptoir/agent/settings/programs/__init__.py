"""Other programs: tokens for the API, and webhooks."""
