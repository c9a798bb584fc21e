"""Our own reckoning of arrivals: roads measured each night from history, parcels on their way looked at again and again."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.core.models import Origin
from comptoir.lib.arrival import Outlook, Road, outlook
from comptoir.orders.models import ParcelState, Shipment, TransitTime
from comptoir.orders.tracking.telling import tell_late

ENOUGH = 20  # parcels from which a road is known; with fewer a coarser one is taken
HISTORY = "180 days"
GIVEN_UP = timedelta(days=60)
# what waits for its customer has come: nothing is expected of it any more
ON_ITS_WAY = (
    ParcelState.ACCEPTED, ParcelState.IN_TRANSIT, ParcelState.CUSTOMS, ParcelState.DELAYED, ParcelState.EXCEPTION,
    ParcelState.OUT_FOR_DELIVERY, ParcelState.ATTEMPT_FAILED,
)  # fmt: skip
BATCH = 1_000
# the region of a parcel: what its carrier told, else the order's address
REGION = (
    "COALESCE(NULLIF(s.destination, ''), NULLIF(concat_ws('-', NULLIF(upper(o.address->>'country'), ''), "
    "NULLIF(left(replace(o.address->>'postcode', ' ', ''), 2), '')), ''), '')"
)
_MEASURE = f"""
WITH history AS (
    SELECT s.carrier, s.service, left({REGION}, 12) AS region, s.delivered_at,
        EXTRACT(EPOCH FROM s.delivered_at - s.shipped_at) / 3600 AS hours
    FROM orders_shipment s JOIN orders_order o ON o.id = s.order_id
    WHERE s.state = 'delivered' AND s.shipped_at < s.delivered_at
        AND s.delivered_at BETWEEN now() - interval '{HISTORY}' AND now()
), cut AS (SELECT percentile_disc(0.8) WITHIN GROUP (ORDER BY delivered_at) AS at FROM history),
roads AS (
    SELECT carrier, COALESCE(service, '') AS service, COALESCE(region, '') AS region, count(*) AS count,
        percentile_cont(ARRAY[0.1, 0.5, 0.8, 0.9]) WITHIN GROUP (ORDER BY hours) AS q,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FILTER (WHERE delivered_at <= (SELECT at FROM cut)) AS old
    FROM history
    GROUP BY GROUPING SETS ((carrier, service, region), (carrier, service), (carrier, region), (carrier))
    HAVING count(*) >= %(enough)s
), once AS (
    SELECT DISTINCT ON (carrier, service, region) * FROM roads ORDER BY carrier, service, region, count DESC
)
INSERT INTO orders_transittime (carrier, service, region, count, p10, p50, p80, p90, error, tested, made_at)
SELECT r.carrier, r.service, r.region, r.count, r.q[1], r.q[2], r.q[3], r.q[4], t.error, COALESCE(t.tested, 0), now()
FROM once r LEFT JOIN LATERAL (
    SELECT avg(abs(h.hours - r.old) / 24) AS error, count(*) AS tested FROM history h, cut
    WHERE h.carrier = r.carrier AND (r.service = '' OR h.service = r.service) AND (r.region = '' OR h.region = r.region)
        AND h.delivered_at > cut.at AND r.old IS NOT NULL
) t ON true
"""


@transaction.atomic
def measure() -> int:
    """Make the roads anew from what was delivered lately; how many. Each is tried on the newest fifth of its parcels,
    with a median that had not seen them: that is its error."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_transittime")
        cursor.execute(_MEASURE, {"enough": ENOUGH})
        return int(cursor.rowcount)


def measure_nightly() -> int:
    """Measure when the last time is some twenty hours ago and it is night, or when it is long ago."""
    last = TransitTime.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if last is not None:
        age = timezone.now() - last
        if age < timedelta(hours=20) or (age < timedelta(hours=30) and timezone.localtime().hour not in range(1, 6)):
            return 0
    elif not Shipment.objects.filter(state=ParcelState.DELIVERED, shipped_at__isnull=False).exists():
        return 0
    return measure()


def region_of(row: Shipment) -> str:
    """Country and what its postcode begins with, as REGION has it."""
    if row.destination:
        return row.destination[:12]
    address = row.order.address
    country, postcode = str(address.get("country") or "").upper(), str(address.get("postcode") or "").replace(" ", "")
    return "-".join(filter(None, (country, postcode[:2])))[:12]


def roads(rows: Sequence[Shipment]) -> dict[int, Road]:
    """The finest road that is known for each parcel; none where its carrier has too few."""
    carriers = {row.carrier for row in rows}
    known = {(one.carrier, one.service, one.region): one for one in TransitTime.objects.filter(carrier__in=carriers)}
    found = {}
    for row in rows:
        region = region_of(row)
        for key in ((row.service, region), ("", region), (row.service, ""), ("", "")):
            one = known.get((row.carrier, *key))
            if one is not None:
                found[row.pk] = Road(one.count, one.p10, one.p50, one.p80, one.p90, one.error)
                break
    return found


def expected(row: Shipment, road: Road | None) -> Outlook | None:
    """What we expect of a parcel on its way; None when nothing can be said."""
    if road is None or row.shipped_at is None or row.state not in ON_ITS_WAY:
        return None
    now = timezone.localtime()
    return outlook(row.shipped_at, now, road, row.promised_on, at_the_door=row.state == ParcelState.OUT_FOR_DELIVERY)


def look_ahead(rows: Sequence[Shipment], *, origin: str = Origin.LIVE) -> int:
    """Reckon these parcels again; how many changed. One that begins to run late is told, unless its carrier said so."""
    known = roads(rows)
    changed = []
    for row in rows:
        seen = expected(row, known.get(row.pk))
        day, late = (seen.expected_on, seen.late) if seen else (None, False)
        if (row.expected_on, row.runs_late) == (day, late):
            continue
        began = late and not row.runs_late
        row.expected_on, row.runs_late = day, late
        changed.append(row)
        if began and row.state != ParcelState.DELAYED:
            tell_late(row, origin=origin)
    Shipment.objects.bulk_update(changed, ["expected_on", "runs_late"], batch_size=500)
    return len(changed)


def look_at_all() -> int:
    """Reckon every parcel on its way that is not given up, in batches; how many changed."""
    since = timezone.now() - GIVEN_UP
    open_ones = Shipment.objects.filter(Q(state__in=ON_ITS_WAY, shipped_at__gte=since) | Q(runs_late=True))
    place, changed = 0, 0
    while True:
        with transaction.atomic():
            batch = open_ones.filter(pk__gt=place).select_related("order__identity").order_by("pk")
            rows = list(batch.select_for_update(of=("self",), skip_locked=True)[:BATCH])
            changed += look_ahead(rows)
        if len(rows) < BATCH:
            return changed
        place = rows[-1].pk
