"""What happens to an order or a parcel may call for messages; a job of its own for each event."""

from comptoir.campaigns.actions.announcing import announce
from comptoir.core.models import Event


def consider(event: Event) -> None:
    """Write down what the event calls for."""
    announce(event)
