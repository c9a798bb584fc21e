"""Rows whose time has come, looked at each second by the workers; two workers at once do no harm."""

from comptoir.conversations.actions.arriving import queue_forgotten
from comptoir.conversations.actions.chatting import mail_unseen_answers
from comptoir.conversations.actions.delivering import release_due as release_held
from comptoir.conversations.actions.delivering import show_stuck
from comptoir.conversations.actions.duties import ring_due as ring_tasks
from comptoir.conversations.actions.looking import look_due
from comptoir.conversations.actions.organising import wake_snoozed
from comptoir.conversations.actions.scheduling import release_scheduled
from comptoir.conversations.actions.settling import look_for_answers

__all__ = [
    "look_due",
    "look_for_answers",
    "mail_unseen_answers",
    "queue_forgotten",
    "release_held",
    "release_scheduled",
    "ring_tasks",
    "show_stuck",
    "wake_snoozed",
]
