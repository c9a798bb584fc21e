"""The settings pages: what the house decides once, each page a noun, each save one action."""
