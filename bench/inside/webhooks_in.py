"""Orders by webhook: `webhooks_in ours|again|raw FIRST COUNT`. Ours goes through the door, proved and committed one by one, and
is done when a worker beside has understood all. Raw parses and inserts the same rows, a commit an order."""

import base64
import json
import sys
import time

from bench import inside

inside.start()

from django.db import connection, transaction  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from bench.inside.orders import payload  # noqa: E402
from comptoir.api.connections import arrival  # noqa: E402
from comptoir.core import keys  # noqa: E402
from comptoir.core.models import Shop  # noqa: E402
from comptoir.lib.signatures import sign  # noqa: E402
from comptoir.orders.models import Connection, Order, RawNotice  # noqa: E402

SECRET = f"whsec_{base64.b64encode(b'a secret of the bench, 32 bytes.').decode()}"
TIMEOUT = 300
TABLES = """
DROP TABLE IF EXISTS bench_order, bench_line, bench_notice;
CREATE TABLE bench_order (LIKE orders_order INCLUDING ALL);
CREATE TABLE bench_line (LIKE orders_orderline INCLUDING ALL);
CREATE TABLE bench_notice (LIKE orders_rawnotice INCLUDING ALL);
"""
NOTICE = (
    "INSERT INTO bench_notice (connection_id, key, topic, body, state, problem, attempts, received_at) "
    "VALUES (%s, %s, 'order.updated', %s, 'done', '', 0, now())"
)
ORDER = (
    "INSERT INTO bench_order (shop_id, identity_id, external_id, number, state, placed_at, currency, total, shipping, "
    "discount, shipping_method, payment, address, note, status, platform_customer, tax, tags, discount_codes, "
    "billing_address, documents, admin_url, updated_at) VALUES (%s, %s, %s, %s, 'shipped', %s, 'EUR', 12530, 590, 0, "
    "'', '', %s, '', 'complete', %s, 0, '{}', '{}', '{}', '[]', '', now()) RETURNING id"
)
LINE = (
    "INSERT INTO bench_line (order_id, sku, title, variant, quantity, unit_price, total, position, external_id, tax, "
    "discount, image_url, refunded, serials, specification) VALUES (%s, %s, %s, '', %s, 1990, %s, %s, %s, 0, 0, '', 0, "
    "'{}', '{}')"
)


def account() -> Connection:
    """The connection of the bench."""
    secrets = keys.encrypt(json.dumps({"webhook_secret": SECRET}))
    return Connection.objects.get_or_create(
        shop=Shop.objects.get(slug="alba"),
        port="shop",
        vendor="generic",
        name="bench",
        defaults={"active": True, "secrets": secrets},
    )[0]


def ours(first: int, count: int) -> dict[str, object]:
    """Posted one after the other as a platform does, and understood."""
    row, factory, before = account(), RequestFactory(), Order.objects.count()
    bodies = [payload(number) for number in range(first, first + count)]
    waits, received = [], 0
    began = time.perf_counter()
    for number, body in enumerate(bodies, first):
        now = int(time.time())
        started = time.perf_counter()
        answer = arrival(
            factory.post(
                "/", body, content_type="application/json", headers={
                    "webhook-id": f"d{number}", "webhook-timestamp": str(now),
                    "webhook-signature": sign(SECRET, f"d{number}", now, body),
                },
            ),
            row.public_id,
        )  # fmt: skip
        waits.append(time.perf_counter() - started)
        received += json.loads(answer.content)["received"]
    while RawNotice.objects.filter(connection=row, state="waiting").exists():
        if time.perf_counter() - began > TIMEOUT:
            sys.exit("the webhooks were not understood in time")
        time.sleep(0.01)
    return {
        "seconds": time.perf_counter() - began,
        "received": received,
        "orders": Order.objects.count() - before,
        "failed": RawNotice.objects.filter(connection=row, state="failed").count(),
        "answer": sorted(waits)[int(len(waits) * 0.95)],
    }


def raw(first: int, count: int) -> dict[str, object]:
    """Parsed and inserted, a commit each."""
    shop = Shop.objects.get(slug="alba").pk
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        bodies = [payload(number) for number in range(first, first + count)]
        began = time.perf_counter()
        for number, body in enumerate(bodies):
            told = json.loads(body)["data"]
            with transaction.atomic():
                cursor.execute(NOTICE, [1, f"d{number}", body])
                cursor.execute(
                    ORDER,
                    [
                        shop,
                        1,
                        told["id"],
                        told["number"],
                        told["placed_at"],
                        json.dumps(told["address"]),
                        told["customer_id"],
                    ],
                )
                key = cursor.fetchone()[0]
                for place, line in enumerate(told["lines"]):
                    cursor.execute(
                        LINE,
                        [key, line["sku"], line["title"], line["quantity"], 1990 * line["quantity"], place, line["id"]],
                    )
        return {"seconds": time.perf_counter() - began}


if __name__ == "__main__":
    mode, start, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(raw(start, many) if mode == "raw" else ours(start, many)))
