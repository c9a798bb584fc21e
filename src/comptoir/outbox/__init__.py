"""Mail that Comptoir sends in its own name: invitations, resets, notices; stored before it is sent.

Nothing else sends outside conversations. It never carries a conversation's answer.
"""
