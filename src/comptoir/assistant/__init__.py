"""Proposals of a language model that the merchant has connected: rewritten, shortened, translated, summed up.

Off until someone connects one. It never sends, never changes a conversation, and runs nothing of what a model writes.
"""
