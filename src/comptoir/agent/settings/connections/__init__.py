"""Shops and carriers: connected, tried, read, watched and taken away."""
