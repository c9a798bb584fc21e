"""Messages that speak before the customer asks: confirmed, shipped, late, delivered... proposed or sent on live events.

They leave by the outbox's road apart and never carry a conversation's answer.
"""
