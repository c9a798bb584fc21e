"""The peer of the customer's tracking page: one query, a template of Django's, as many bytes as the product's page
(BENCH_SIZE). Nobody is asked who they are."""

import os

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page

WAY = """
SELECT o.number, s.carrier, s.number, s.promised_on, s.estimated_on, e.occurred_at, e.state, e.text, e.place
FROM orders_order o JOIN orders_shipment s ON s.order_id = o.id JOIN orders_trackingevent e ON e.shipment_id = s.id
WHERE o.id = %s ORDER BY e.occurred_at DESC
"""
# as a page's frame: words and tags that do not repeat, so that it is packed no better than a real one
FRAME = " ".join(
    f'<span class="c{n % 97}" id="i{n * 7_919 % 10_007}">{n * 104_729 % 99_991}</span>' for n in range(2_000)
)
PAGE = engines["django"].from_string(  # type: ignore[attr-defined]  # of this backend
    "<!doctype html><html lang=fr><title>{{ rows.0.0 }}</title><main><h1>{{ rows.0.1 }} {{ rows.0.2 }}</h1>"
    '<p>{{ rows.0.3|date:"l j F" }} → {{ rows.0.4|date:"l j F" }}</p><ol>{% for row in rows %}<li class="{{ row.6 }}">'
    '<b>{{ row.7 }}</b> <time>{{ row.5|date:"l j F H:i" }}</time> {{ row.8 }}</li>{% endfor %}</ol></main>{{ frame|safe }}'
)


@gzip_page
def page(request: HttpRequest, order: int) -> HttpResponse:
    """The view."""
    with connection.cursor() as cursor:
        cursor.execute(WAY, [order])
        rows = cursor.fetchall()
    with override("fr"):
        return HttpResponse(PAGE.render({"rows": rows, "frame": FRAME[: int(os.environ.get("BENCH_SIZE", 0))]}))
