"""Connecting a shop from the settings: choosing, trying, importing, listening, mapping, taking away."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comptoir.core import keys
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.orders.connecting import reading
from comptoir.orders.models import Connection, ImportRun, Order, RawNotice, Reading
from comptoir.ports import registry
from comptoir.ports.fake_shop import FakePlatform, FakeShop
from tests import world
from tests.orders import ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
HERE = "/settings/connections/"


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    shops = {**settings.ADAPTERS["shop"], "fake": "comptoir.ports.fake_shop.FakeShop"}
    registry.configure({**settings.ADAPTERS, "shop": shops})
    FakeShop.platforms.clear()
    yield FakeShop.platforms.setdefault("alba", FakePlatform())
    FakeShop.platforms.clear()
    registry.configure(settings.ADAPTERS)


@pytest.fixture
def client(platform):
    return world.client_for(world.owner())


def connect(client, vendor: str = "fake", **account: str) -> Connection:
    typed = {f"account-{name}": value for name, value in ({"platform": "alba", "secret": "s3cret"} | account).items()}
    answer = client.post(
        f"{HERE}new/?port=shop&vendor={vendor}", {"name": "Ma boutique", "shop": world.shop().pk, **typed}
    )
    row = Connection.objects.get()
    assert answer.headers["Location"] == f"{HERE}{row.pk}/"
    return row


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_can_be_connected_is_offered_with_what_it_can_do(client) -> None:
    assert "Rien n’est connecté" in text(client.get(HERE))
    cards = text(client.get(f"{HERE}new/"))
    assert "Autre boutique" in cards
    assert "?port=shop&amp;vendor=fake" in cards
    form = text(client.get(f"{HERE}new/?port=shop&vendor=fake"))
    assert "rembourser" in form
    assert "commandes" in form
    assert "La Poste" in text(client.get(f"{HERE}new/?port=carrier"))


def test_a_connection_is_made_tried_and_its_secret_is_shown_no_more(client, platform) -> None:
    platform.missing = ("lire les remboursements",)
    row = connect(client)
    assert (row.active, row.settings, "s3cret" in row.secrets) == (True, {"platform": "alba"}, False)
    assert json.loads(keys.decrypt(row.secrets)) == {"secret": "s3cret"}
    assert row.checked_at is not None
    page = text(client.get(f"{HERE}{row.pk}/"))
    assert "lire les remboursements" in page
    assert "s3cret" not in page
    assert f"/api/connections/{row.public_id}/webhook" in page
    client.post(f"{HERE}{row.pk}/", {"name": "Autre nom", "account-platform": "alba", "account-secret": ""})
    row.refresh_from_db()
    assert (row.name, json.loads(keys.decrypt(row.secrets))) == ("Autre nom", {"secret": "s3cret"})
    assert "s3cret" not in json.dumps(list(Event.objects.values("codes")))


def test_what_is_missing_in_the_form_is_said_and_nothing_is_made(client) -> None:
    answer = client.post(f"{HERE}new/?port=shop&vendor=fake", {"name": "", "shop": world.shop().pk})
    assert (answer.status_code, Connection.objects.count()) == (422, 0)


def test_a_try_says_what_is_wrong(client, platform) -> None:
    row = connect(client)
    platform.down = True
    answer = client.post(f"{HERE}{row.pk}/check/", headers={"HX-Request": "true"})
    assert "La boutique ne répond pas." in text(answer)
    assert "à revoir" in text(client.get(HERE))
    platform.down = False
    assert "Connexion acceptée" in text(client.post(f"{HERE}{row.pk}/check/", headers={"HX-Request": "true"}))


def test_the_import_is_started_paused_resumed_and_reported(client, platform) -> None:
    row = connect(client)
    platform.put(*[ground.order(str(n), email=f"c{n}@example.org") for n in range(3)], ground.order("9", total=-1))
    started = text(client.post(f"{HERE}{row.pk}/import/", {"act": "start"}, headers={"HX-Request": "true"}))
    assert "Suspendre" in started
    assert 'hx-trigger="every 2s"' in started
    paused = text(client.post(f"{HERE}{row.pk}/import/", {"act": "pause"}, headers={"HX-Request": "true"}))
    assert "Reprendre" in paused
    assert "every 2s" not in paused
    client.post(f"{HERE}{row.pk}/import/", {"act": "resume"})
    run_jobs()
    shown = text(client.get(f"{HERE}{row.pk}/readings/"))
    assert Order.objects.count() == 3
    assert "1 refusé" in shown
    assert "négatif" in shown


def test_a_problem_is_told_with_the_next_try(client, platform) -> None:
    row = connect(client)
    reading.start_import(row, actor=SYSTEM)
    platform.down = True
    run_jobs()
    shown = text(client.get(f"{HERE}{row.pk}/readings/"))
    assert "La boutique ne répond pas." in shown
    assert "Prochain essai" in shown


def test_a_sweep_says_what_it_mended(client) -> None:
    row = connect(client)
    done = {"kind": "sweep", "what": "orders", "finished_at": timezone.now()}
    Reading.objects.create(connection=row, read=12, created=1, mended=2, **done)
    Reading.objects.create(connection=row, read=4, **done)
    shown = text(client.get(f"{HERE}{row.pk}/"))
    assert "2 corrigés" in shown
    assert "rien à rattraper" in shown


def test_webhooks_are_subscribed_listed_read_without_values_and_taken_again(client, platform) -> None:
    row = connect(client)
    client.post(f"{HERE}{row.pk}/subscription/")
    row.refresh_from_db()
    assert row.topics == ["orders/updated", "refunds/create"]
    assert platform.subscribed == [f"{settings.PUBLIC_URL}/api/connections/{row.public_id}/webhook"]
    body = b'{"id": 7, "status": "paid", "email": "claire@example.org", "lines": [{"title": "Bougie", "sku": "B1"}]}'
    bad = RawNotice.objects.create(
        connection=row, key="k", topic="orders/updated", body=body, state="failed", problem="Illisible."
    )
    assert "Illisible." in text(client.get(f"{HERE}{row.pk}/"))
    shown = text(client.get(f"{HERE}{row.pk}/notices/{bad.pk}/"))
    assert "claire" not in shown
    assert "Bougie" not in shown
    assert "paid" in shown
    assert "B1" in shown
    client.post(f"{HERE}{row.pk}/replay/", {"notice": bad.pk})
    run_jobs()
    bad.refresh_from_db()
    assert (bad.state, bad.problem) == ("failed", "Le message de la boutique n’est pas lisible.")


def test_pause_and_disconnect(client) -> None:
    row = connect(client)
    order = Order.objects.create(
        shop=row.shop,
        identity=world.claire(),
        external_id="1",
        number="1",
        placed_at=timezone.now(),
        total=1,
        connection=row,
    )
    client.post(f"{HERE}{row.pk}/activity/", {"active": "0"})
    row.refresh_from_db()
    assert not row.active
    assert "en pause" in text(client.get(HERE))
    client.post(f"{HERE}{row.pk}/deletion/")
    order.refresh_from_db()
    assert (Connection.objects.count(), order.connection) == (0, None)


def test_a_secret_of_ours_is_made_and_shown_once(client) -> None:
    row = connect(client, "generic", base_url="")
    first = re.search(r"whsec_[\w+/=]{40,}", text(client.get(f"{HERE}{row.pk}/")))
    assert first is not None
    assert first[0] == json.loads(keys.decrypt(row.secrets))["webhook_secret"]
    assert "whsec_" not in text(client.get(f"{HERE}{row.pk}/"))
    client.post(f"{HERE}{row.pk}/secret/")
    assert first[0] not in text(client.get(f"{HERE}{row.pk}/"))


def test_a_mapping_is_seen_on_a_sample_before_it_is_kept(client) -> None:
    row = connect(client, "generic", base_url="")
    where = f"{HERE}{row.pk}/mapping/"
    assert "A-1042" in text(client.get(where))
    mapping = '{"number": "ref", "placed_at": "at", "total": "sum", "lines": "items", "lines.title": "label"}'
    sample = '{"ref": "Z-9", "at": "2026-11-20", "sum": "12.50", "items": [{"label": "Bol", "unit_price": "12.50"}]}'
    seen = text(client.post(where, {"mapping": mapping, "sample": sample}, headers={"HX-Request": "true"}))
    assert "Z-9" in seen
    assert "12,50" in seen
    assert "Bol" in seen
    row.refresh_from_db()
    assert "mapping" not in row.settings
    wrong = client.post(where, {"mapping": '{"numero": "x"}', "sample": sample, "save": "1"})
    assert (wrong.status_code, "n’existe pas" in text(wrong)) == (422, True)
    client.post(where, {"mapping": mapping, "sample": sample, "save": "1"})
    row.refresh_from_db()
    assert json.loads(row.settings["mapping"])["number"] == "ref"
    client.post(f"{HERE}{row.pk}/", {"name": "X", "account-orders_path": "/o"})
    row.refresh_from_db()
    assert (row.settings["orders_path"], "mapping" in row.settings) == ("/o", True)


def test_a_platform_without_a_mapping_has_no_such_page(client) -> None:
    row = connect(client)
    assert client.get(f"{HERE}{row.pk}/mapping/").status_code == 404


def test_a_file_is_reported_and_then_imported(client) -> None:
    rows = "\n".join([ground.HEADER, ground.row(1), ground.row(2, price="beaucoup")])
    sent = SimpleUploadedFile("commandes.csv", rows.encode())
    report = text(client.post(f"{HERE}file/", {"shop": world.shop().pk, "file": sent}))
    assert "1 nouvelles" in report
    assert "1 refusées" in report
    assert Order.objects.count() == 0
    kept = re.search(r'name="kept" value="([^"]+)"', report)
    assert kept is not None
    client.post(f"{HERE}file/", {"shop": world.shop().pk, "kept": kept[1], "go": "1"})
    run_jobs()
    assert (Order.objects.count(), ImportRun.objects.get().refused) == (1, 1)
    assert "commandes.csv" in text(client.get(f"{HERE}file/"))


@pytest.mark.parametrize("name", ["x.exe", "x.csv"])
def test_a_file_that_is_none_is_refused_in_words(client, name) -> None:
    sent = SimpleUploadedFile(name, b"\xff\xfe\x00binary")
    answer = client.post(f"{HERE}file/", {"shop": world.shop().pk, "file": sent}, follow=True)
    assert answer.status_code == 200
    assert ("Choisissez" in text(answer)) or ("UTF-8" in text(answer))


def test_what_is_old_is_told_as_old(client) -> None:
    row = connect(client)
    Connection.objects.update(told_at=timezone.now() - timedelta(hours=3))
    assert "dernière nouvelle" in text(client.get(HERE))
    assert row.name in text(client.get(HERE))
