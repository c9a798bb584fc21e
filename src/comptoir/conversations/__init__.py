"""The main job: inboxes, conversations, messages, notes, drafts, presence; receiving, answering, delivering.

It never speaks HTTP and never talks to a vendor except through the channel port.
"""
