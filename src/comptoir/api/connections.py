"""Webhooks of shop platforms and carriers: proved on their raw bytes, kept, answered, and understood afterwards."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptoir.api.bodies import TooLarge, body_of, problem
from comptoir.orders.connecting.adapters import carrier_of, shop_of
from comptoir.orders.connecting.intake import arrive
from comptoir.orders.models import Connection
from comptoir.ports.carrier import CarrierPort
from comptoir.ports.errors import PortError
from comptoir.ports.shop import ShopPort

LIMIT = 10 * 2**20
PING = 500  # bytes: platforms try an address with a word or two, some of them unsigned


@csrf_exempt
@require_POST
def arrival(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """200 once the bytes are committed (also when they were before); 401 unless proved, and then nothing is kept."""
    try:
        body = body_of(request, LIMIT)
    except TooLarge:
        return problem(413, "A webhook may weigh 10 MB.")
    account = Connection.objects.filter(public_id=public_id).first()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        port = _port(account)
    except PortError:
        return problem(503, "This connection needs its owner; send again later.")
    if account is None or port is None or not port.verify(headers, body):
        if account is not None and _is_ping(account, headers, body):
            return JsonResponse({"received": False})
        return problem(401, "Not signed as this connection's platform signs.")
    key, topic = port.delivery(headers, body)
    return JsonResponse({"received": arrive(account.pk, key, topic, body)})


def _port(account: Connection | None) -> "ShopPort | CarrierPort | None":
    if account is None:
        return None
    return shop_of(account) if account.port == Connection.Port.SHOP else carrier_of(account)


def _is_ping(account: Connection, headers: dict[str, str], body: bytes) -> bool:
    """A trial of the address that says nothing: WooCommerce sends one unsigned before it saves a webhook."""
    if account.port != Connection.Port.SHOP or len(body) > PING:
        return False
    port = shop_of(account)
    said = port.parse(port.delivery(headers, body)[1], body)
    return said.kind == "ping" and not said.problem
