"""The shopper's door: storefront of the demo, contact form, chat widget, account entry.

It holds no logic of the domain: it calls actions.
Never imports another door or an adapter.
"""
