"""What carriers tell by webhook."""

from django.utils.translation import gettext as _

from comptoir.orders.connecting.marking import Mark
from comptoir.orders.models import Connection, RawNotice
from comptoir.orders.tracking.taking import take as take_parcels
from comptoir.ports.carrier import Followed


def take(account: Connection, notice: RawNotice, followed: Followed) -> Mark:
    """Take the parcels that a carrier tells of; inside a transaction."""
    if not followed.parcels:
        return Mark(notice, RawNotice.State.IGNORED, _("Rien à prendre dans ce message."))
    taken = take_parcels(account, followed)
    if not taken.found:
        return Mark(notice, RawNotice.State.IGNORED, _("Aucune commande n’a ce numéro de colis."))
    owner = taken.customers[0] if len(taken.customers) == 1 else None
    return Mark(notice, RawNotice.State.DONE, customer=owner)
