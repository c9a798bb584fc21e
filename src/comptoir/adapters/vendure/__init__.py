"""Vendure: its Admin API in GraphQL, and the webhooks of a small plugin (docs/connectors/vendure.md)."""
