"""Order actions in the console: their dialogs, what waits for an accord, and the ledger.

It shows quotes and limits in words; what may be done is orders.gestures' to say.
"""
