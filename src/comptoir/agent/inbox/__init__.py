"""The inbox: lists, a conversation, the editor, and the customer beside it.

Views are thin: they find what the agent may see, call one action and render.
Never decides anything that an action should.
"""
