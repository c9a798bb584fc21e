"""Parcels that their customers follow: late ones with a history, and the cookies of those customers, who came by a mail's
link."""

import json
from datetime import timedelta

from bench import inside

inside.start()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from comptoir.orders.links import person_link  # noqa: E402
from comptoir.orders.models import Shipment, TrackingEvent  # noqa: E402
from comptoir.portal.account.session import COOKIE  # noqa: E402

SAMPLE = 40
WAY = ("announced", "accepted", "in_transit", "in_transit", "in_transit", "delayed", "in_transit", "delayed")


def follow(parcel: Shipment) -> dict[str, object]:
    """Its history, written; the page's address, the cookie of whoever may see it, and the order's key."""
    order, today, now = parcel.order, timezone.localdate(), timezone.now()
    parcel.state, parcel.shipped_at = "delayed", now - timedelta(days=6)
    parcel.promised_on, parcel.estimated_on = today - timedelta(days=1), today + timedelta(days=2)
    parcel.save()
    TrackingEvent.objects.bulk_create(
        TrackingEvent(
            shipment=parcel,
            occurred_at=now - timedelta(hours=18 * (len(WAY) - place)),
            state=state,
            code=f"C{place}",
            text=f"Étape {place} chez le transporteur",
            place="Plateforme de Nantes",
            source="laposte",
        )
        for place, state in enumerate(WAY)
    )
    client = Client(SERVER_NAME="localhost")
    client.get("/s/" + person_link(order.identity, order.shop).partition("/s/")[2])
    path = f"/s/{order.shop.slug}/account/orders/{order.number}/tracking/"
    return {"path": path, "cookie": f"{COOKIE}={client.cookies[COOKIE].value}", "order": order.pk}


if __name__ == "__main__":
    rows = Shipment.objects.select_related("order__shop", "order__identity__customer").order_by("pk")
    print(json.dumps({"pages": [follow(parcel) for parcel in rows[:SAMPLE]]}))
