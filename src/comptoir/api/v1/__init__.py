"""Version 1 of the API: conversations, messages, customers, orders, events, webhooks, for programs with a token."""
