"""The programs' door: raw mail in, health and figures for machines.

It holds no logic of the domain: it calls actions.
Never imports another door or an adapter.
"""
