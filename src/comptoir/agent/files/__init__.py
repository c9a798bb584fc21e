"""Files and the senders' own HTML: what comes from outside is served with policies of its own.

Never inline what can carry script; never under a name or a type that the sender chose alone.
"""
