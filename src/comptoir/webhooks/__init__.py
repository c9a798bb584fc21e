"""Webhooks that leave: other programs are told what happened, signed, again and again until they have it.

It never decides anything and never takes anything in (that is the API's door).
"""
