"""When somebody answers in an inbox: its own opening hours, else the shop's."""

from comptoir.conversations.models import Inbox
from comptoir.lib.dates.hours import BadOpeningHours, OpeningHours


def hours_of(inbox: Inbox) -> OpeningHours | None:
    """The opening hours that hold; None when there are none, or none that can be read."""
    schedule = inbox.schedule or inbox.shop.schedule
    if schedule is None or not schedule.hours:
        return None
    try:
        return OpeningHours.from_json(schedule.hours)
    except BadOpeningHours:
        return None
