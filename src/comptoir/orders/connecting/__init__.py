"""Connections to platforms and carriers: made and tried, their webhooks taken in, their orders read through."""
