"""The real shop: Vendure from npm, a separate process on the suite's PostgreSQL (tests/stores/vendure).

It is installed and filled once (var/stores); each test module has a copy of the database and a process of its own.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.database import HOME, ROOT, _exclusive
from tests.e2e.serving import free_port

KIT = Path(__file__).parent / "vendure"
MODULE = ROOT / "docs" / "connectors" / "vendure-webhooks.js"  # what a merchant copies is what is tested
INSTALLED = ROOT / "var" / "stores" / "vendure"
SECRET = "a-secret-of-the-shop"


def lacking() -> str:
    """Why the shop cannot run here; empty when it can."""
    missing = [word for word in ("node", "npm") if shutil.which(word) is None]
    return f"no {' and no '.join(missing)} on this machine: the real Vendure shop is not run" if missing else ""


def _hash() -> str:
    digest = hashlib.sha256()
    for path in [*sorted(KIT.iterdir()), MODULE]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def installed() -> Path:
    """The kit with its packages; about half a minute the first time. Raises OSError when npm cannot fetch them."""
    stamp = INSTALLED / "stamp"
    with _exclusive(HOME / "vendure.lock"):
        if stamp.exists() and stamp.read_text() == _hash():
            return INSTALLED
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for path in [*KIT.iterdir(), MODULE]:
            shutil.copy(path, INSTALLED)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(words, cwd=INSTALLED, capture_output=True, text=True, timeout=400, check=False)
        if done.returncode:
            raise OSError(f"npm could not install the shop: {done.stderr[-300:]}")
        stamp.write_text(_hash())
    return INSTALLED


def database_url() -> str:
    """The suite's server (tests.ground)."""
    return os.environ["DATABASE_URL"]


def _environment(database: str, **more: str) -> dict[str, str]:
    url = database_url()
    host = url.partition("host=")[2].partition("&")[0]
    user = url.partition("://")[2].partition("@")[0]
    address = f"postgres://{user}@localhost/{database}?host={host}"
    return os.environ | {"VENDURE_DISABLE_TELEMETRY": "true", "VENDURE_DB": address} | more


def populated() -> str:
    """The name of a database that holds the shop as it is delivered; made once."""
    name = f"vendure_{_hash()}"
    place = installed()
    with _exclusive(HOME / "vendure.lock"), psycopg.connect(database_url(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        partial = f"making_{name}"
        connection.execute(f"DROP DATABASE IF EXISTS {partial} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {partial}")
        port = str(free_port())
        environment = _environment(partial, VENDURE_PORT=port)
        words = ["node", "populate.js"]
        done = subprocess.run(
            words, cwd=place, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
        if done.returncode:
            raise OSError(f"the shop could not be filled: {done.stdout[-300:]}{done.stderr[-300:]}")
        connection.execute(f"ALTER DATABASE {partial} RENAME TO {name}")
    return name


@dataclass
class Vendure:
    """A running shop; `buy` is what a customer does."""

    url: str
    process: "subprocess.Popen[bytes]"

    def ask(self, api: str, query: str, variables: dict[str, Any] | None = None, token: str = "") -> tuple[Any, str]:
        """The data of a query to "shop-api" or "admin-api", and the session's token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables or {}}
        answer = httpx.post(f"{self.url}/{api}", json=body, headers=headers, timeout=30)
        told = answer.json()
        assert not told.get("errors"), json.dumps(told["errors"])[:800]
        return told["data"], answer.headers.get("vendure-auth-token") or token

    def variants(self) -> dict[str, str]:
        """What is sold: reference to key."""
        told, _ = self.ask("shop-api", "{products(options:{take:50}){items{variants{id sku}}}}")
        return {each["sku"]: each["id"] for product in told["products"]["items"] for each in product["variants"]}

    def fill(
        self, basket: dict[str, int], email: str = "camille@example.fr", name: str = "Camille Martin"
    ) -> tuple[str, str]:
        """A cart with these references, of somebody who gave their address: its id and the session's token."""
        keys, token = self.variants(), ""
        fails = "__typename ... on ErrorResult{message}"
        for sku, count in basket.items():
            query = f"mutation($v:ID!,$q:Int!){{addItemToOrder(productVariantId:$v,quantity:$q){{{fails}}}}}"
            _, token = self.ask("shop-api", query, {"v": keys[sku], "q": count}, token)
        first, _, last = name.partition(" ")
        who = {"firstName": first, "lastName": last, "emailAddress": email}
        self.ask(
            "shop-api",
            f"mutation($i:CreateCustomerInput!){{setCustomerForOrder(input:$i){{{fails}}}}}",
            {"i": who},
            token,
        )
        told, token = self.ask("shop-api", "{activeOrder{id}}", token=token)
        return str(told["activeOrder"]["id"]), token

    def buy(
        self, basket: dict[str, int], email: str = "camille@example.fr", name: str = "Camille Martin"
    ) -> dict[str, Any]:
        """An order of these references, paid by card: its id and code."""
        _, token = self.fill(basket, email, name)
        fails = "__typename ... on ErrorResult{message}"
        place = {
            "fullName": name, "streetLine1": "2 quai de la Fosse", "city": "Nantes", "postalCode": "44000",
            "countryCode": "FR", "phoneNumber": "+33600000000",
        }  # fmt: skip
        self.ask(
            "shop-api",
            f"mutation($i:CreateAddressInput!){{setOrderShippingAddress(input:$i){{{fails}}}}}",
            {"i": place},
            token,
        )
        told, _ = self.ask("shop-api", "{eligibleShippingMethods{id}}", token=token)
        method = [told["eligibleShippingMethods"][0]["id"]]
        self.ask(
            "shop-api",
            f"mutation($i:[ID!]!){{setOrderShippingMethod(shippingMethodId:$i){{{fails}}}}}",
            {"i": method},
            token,
        )
        self.ask("shop-api", f'mutation{{transitionOrderToState(state:"ArrangingPayment"){{{fails}}}}}', token=token)
        told, _ = self.ask("shop-api", "{eligiblePaymentMethods{code}}", token=token)
        code = told["eligiblePaymentMethods"][0]["code"]
        query = f"mutation($m:String!){{addPaymentToOrder(input:{{method:$m,metadata:{{}}}}){{{fails} ... on Order{{id code state totalWithTax}}}}}}"
        paid, _ = self.ask("shop-api", query, {"m": code}, token)
        made: dict[str, Any] = paid["addPaymentToOrder"]
        assert made["__typename"] == "Order", made
        return made

    def send(self, order: str, tracking: str, *, count: int = 1) -> str:
        """A parcel with some of the order's first line leaves by Colissimo; its key."""
        found = self.admin("query($i:ID!){order(id:$i){lines{id}}}", {"i": order})
        given = [{"name": "method", "value": "Colissimo"}, {"name": "trackingCode", "value": tracking}]
        line = {"orderLineId": found["order"]["lines"][0]["id"], "quantity": count}
        whole = {"lines": [line], "handler": {"code": "manual-fulfillment", "arguments": given}}
        query = "mutation($i:FulfillOrderInput!){addFulfillmentToOrder(input:$i){__typename ... on Fulfillment{id}}}"
        parcel = str(self.admin(query, {"i": whole})["addFulfillmentToOrder"]["id"])
        self.move(parcel, "Shipped")
        return parcel

    def move(self, parcel: str, state: str) -> None:
        """The parcel goes on: Shipped, Delivered."""
        query = "mutation($i:ID!,$s:String!){transitionFulfillmentToState(id:$i,state:$s){__typename}}"
        self.admin(query, {"i": parcel, "s": state})

    def admin(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """A query of the back office."""
        _, token = self.ask("admin-api", 'mutation{login(username:"superadmin",password:"superadmin"){__typename}}')
        return self.ask("admin-api", query, variables, token)[0]


@contextmanager
def running(webhook: str = "") -> Iterator[Vendure]:
    """A shop with its own database, ended at the end. `webhook` is told of what happens, signed with SECRET."""
    place, template, port = installed(), populated(), free_port()
    name = f"vendure_{os.getpid()}_{port}"
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    environment = _environment(
        name, VENDURE_PORT=str(port), COMPTOIR_WEBHOOK_URL=webhook, COMPTOIR_WEBHOOK_SECRET=SECRET
    )
    process = subprocess.Popen(["node", "index.js"], cwd=place, env=environment, stdout=subprocess.DEVNULL)
    try:
        shop = Vendure(f"http://127.0.0.1:{port}", process)
        _wait(shop)
        yield shop
    finally:
        process.terminate()
        process.wait(20)
        with psycopg.connect(database_url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _wait(shop: Vendure, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert shop.process.poll() is None, "the shop ended at once"
        try:
            shop.ask("shop-api", "{activeChannel{code}}")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the shop does not answer")
