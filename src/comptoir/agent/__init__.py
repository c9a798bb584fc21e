"""The team's workspace: inbox, conversation, customers, settings.

It holds no logic of the domain: it calls actions.
Never imports another door or an adapter.
"""
