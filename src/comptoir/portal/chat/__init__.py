"""The chat window of a shop: its script, and the calls that it makes from any site."""
