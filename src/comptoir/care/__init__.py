"""Care: what goes wrong with a parcel becomes one case, that writes to its customer first and takes in what they answer.

Never: tells a carrier's news itself (orders), writes mail by another road than conversations', decides who may see what.
"""
