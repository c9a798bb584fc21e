"""Notifications of agents: what each wants to hear of and when, their devices, and pushes to those.

It never decides who sees what (that is core.access) and never carries an answer to a customer.
"""
