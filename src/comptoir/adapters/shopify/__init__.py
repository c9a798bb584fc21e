"""Shopify, by the GraphQL Admin API and its webhooks."""
