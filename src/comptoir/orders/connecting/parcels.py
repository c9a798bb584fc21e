"""What carriers tell by webhook."""

from django.utils.translation import gettext as _

from comptoir.orders.connecting.marking import Mark
from comptoir.orders.models import Connection, RawNotice
from comptoir.ports.carrier import Followed


def take(account: Connection, notice: RawNotice, followed: Followed) -> Mark:
    """Take the parcels that a carrier tells of; inside a transaction."""
    if not followed.parcels:
        return Mark(notice, RawNotice.State.IGNORED, _("Rien à prendre dans ce message."))
    raise NotImplementedError
