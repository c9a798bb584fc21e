"""Orders from a file, through the command: exact counts, refusals in words, resumed, silent."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from comptoir.config import cli
from comptoir.core.models import Event, Shop
from comptoir.customers.models import Customer
from comptoir.orders.importing import run as importing
from comptoir.orders.importing.columns import PARCEL_STATES, STATES
from comptoir.orders.models import ImportRun, Order, OrderLine, ParcelState, Product, Shipment
from tests.orders import ground

pytestmark = pytest.mark.django_db


def imported(path: Path, *words: str) -> int:
    return cli.main(["import", "orders", str(path), "--shop", "maison-alba", *words])


def written(path: Path, *rows: str) -> Path:
    path.write_text("\ufeff" + "\r\n".join([ground.HEADER, *rows]) + "\r\n", encoding="utf-8")
    return path


def run_counts() -> tuple[int, int, int, int, int]:
    run = ImportRun.objects.get()
    return run.done, run.created, run.updated, run.unchanged, run.refused


def test_rows_of_an_order_become_its_articles(tmp_path, capsys) -> None:
    shop = ground.shop()
    Product.objects.create(shop=shop, external_id="1", sku="B1", title="Bougie")
    path = written(
        tmp_path / "commandes.csv",
        ground.row(1, "Bougie « Figuier »"),
        ground.row(1, "Nappe ; brodée", "119,00", tracking_number="6A9").replace("Nappe ; brodée", '"Nappe ; brodée"'),
        ground.row(2),
    )
    assert imported(path) == 0
    assert run_counts() == (2, 2, 0, 0, 0)
    order = Order.objects.get(number="MA-1")
    assert (order.state, order.total, order.shipping) == ("shipped", 2880, 390)
    assert order.placed_at.isoformat() == "2026-03-02T08:30:00+00:00"
    assert [(line.title, line.unit_price, line.product.sku) for line in order.lines.all()] == [
        ("Bougie « Figuier »", 2490, "B1"),
        ("Nappe ; brodée", 11900, "B1"),
    ]
    assert [(parcel.number, parcel.state, parcel.lines.count()) for parcel in order.shipments.all()] == [
        ("6A1", "in_transit", 1),
        ("6A9", "in_transit", 1),
    ]
    assert order.shipments.all()[0].shipped_at.isoformat() == "2026-03-03T15:05:00+00:00"
    assert order.address["name"] == "Client 1"
    assert "2 créées" in capsys.readouterr().out


def test_again_changes_nothing_and_doubles_nothing(tmp_path) -> None:
    ground.shop()
    path = written(tmp_path / "c.csv", *(ground.row(number) for number in range(30)))
    assert imported(path) == 0
    assert imported(path) == 0
    assert run_counts() == (30, 0, 0, 30, 0)
    counts = [model.objects.count() for model in (Order, OrderLine, Shipment, Customer, ImportRun)]
    assert counts == [30, 30, 30, 30, 1]


def test_refused_rows_are_named_with_their_reason(tmp_path, capsys) -> None:
    ground.shop()
    path = written(
        tmp_path / "c.csv",
        ground.row(1),
        ground.row(2, total="beaucoup"),
        ground.row(3, email="x"),
        ground.row(4, placed_at="hier"),
        ground.row(5, item_price="1.234"),
        ground.row(6, state="rêvée"),
        ground.row(1, "Encore"),
        ground.row(7),
        ground.row(8) + ";trop;de;cellules",
        ground.row(9, item_title='"guillemet" perdu'),
        ground.row(10, number="=1+1", email=""),
    )
    assert imported(path) == 1
    assert run_counts() == (11, 2, 0, 0, 9)
    refused = [(row.line, row.number, row.reason) for row in ImportRun.objects.get().refusals.all()]
    assert refused == [
        (3, "MA-2", "total n’est pas un montant sans équivoque."),
        (4, "MA-3", "L’adresse e-mail du client n’est pas valable."),
        (5, "MA-4", "placed_at n’est pas une date."),
        (6, "MA-5", "unit_price n’est pas un montant sans équivoque."),
        (7, "MA-6", "state n’est pas un état connu."),
        (8, "MA-1", "Les lignes de cette commande ne se suivent pas\u202f: triez le fichier par commande."),
        (10, "MA-8", "Une ligne a plus de cellules que la ligne des titres."),
        (11, "", "La ligne ne peut pas être lue\u202f: un guillemet y est mal placé."),
        (12, "=1+1", "L’adresse e-mail du client manque."),
    ]
    shown = capsys.readouterr().out
    assert "ligne 3 MA-2\u202f: total" in shown
    report = (tmp_path / "c.csv.refus.csv").read_text("utf-8-sig").splitlines()
    assert report[0] == "ligne;commande;raison"
    assert len(report) == 10
    assert report[-1].startswith("12;'=1+1;")


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys) -> None:
    ground.shop()
    path = written(tmp_path / "c.csv", ground.row(1), ground.row(2, email="x"))
    assert imported(path, "--dry-run") == 1
    assert (Order.objects.count(), ImportRun.objects.count(), Customer.objects.count()) == (0, 0, 0)
    shown = capsys.readouterr().out
    assert "1 créées" in shown
    assert "1 refusées" in shown
    assert (tmp_path / "c.csv.refus.csv").exists()


def test_an_import_is_silent(tmp_path, monkeypatch) -> None:
    ground.shop()
    signals: list[object] = []
    monkeypatch.setattr("comptoir.core.live.changed", lambda *words, **named: signals.append((words, named)))
    path = written(tmp_path / "c.csv", *(ground.row(number) for number in range(40)))
    assert imported(path) == 0
    assert (ground.jobs(), signals) == (0, [])
    assert set(Event.objects.values_list("origin", flat=True)) == {"import"}
    assert Event.objects.filter(verb="order.imported").count() == 40


JSON_ORDER = {
    "number": "MA-1",
    "id": 987,
    "email": "Claire@Example.org",
    "customer_name": "Claire Vasseur",
    "placed_at": "2026-03-02T09:30:00Z",
    "total": 96.8,
    "currency": "eur",
    "address": {"name": "Claire Vasseur", "street": "8 rue des Naudières", "postcode": "44400", "city": "Rezé"},
    "lines": [{"title": "Serviettes", "unit_price": "17,00", "quantity": 4, "total": 68}],
    "shipments": [
        {
            "carrier": "Mondial Relay",
            "number": "8830",
            "state": "available_for_pickup",
            "lines": [0],
            "relay": {"name": "Tabac de la Paix", "city": "Rezé"},
            "events": [
                {
                    "at": "2026-03-05T13:12:00+01:00",
                    "text": "Disponible",
                    "state": "available_for_pickup",
                    "place": "Rezé",
                }
            ],
        }
    ],
    "refunds": [{"id": "R1", "amount": 24.9, "at": "2026-03-06", "reason": "Casse"}],
}


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_json_holds_everything(tmp_path, ending) -> None:
    ground.shop()
    path = tmp_path / f"c.{ending}"
    other = JSON_ORDER | {"number": "MA-2", "id": 988}
    written_text = (
        json.dumps([JSON_ORDER, other], indent=1)
        if ending == "json"
        else "\n".join(map(json.dumps, [JSON_ORDER, other]))
    )
    path.write_text(written_text, encoding="utf-8")
    assert imported(path) == 0
    assert run_counts() == (2, 2, 0, 0, 0)
    order = Order.objects.get(external_id="987")
    assert (order.total, order.currency, order.identity.value) == (9680, "EUR", "claire@example.org")
    assert order.lines.get().total == 6800
    assert order.shipments.get().events.get().place == "Rezé"
    assert order.refunds.get().refunded_at.isoformat() == "2026-03-05T23:00:00+00:00"


def test_a_broken_line_of_json_lines_is_refused_alone(tmp_path) -> None:
    ground.shop()
    path = tmp_path / "c.jsonl"
    path.write_text(
        "\n".join([json.dumps(JSON_ORDER), '{"number": ', "[1]", json.dumps(JSON_ORDER | {"number": "MA-3", "id": 3})])
    )
    assert imported(path) == 1
    assert run_counts() == (4, 2, 0, 0, 2)
    assert list(ImportRun.objects.get().refusals.values_list("line", flat=True)) == [2, 3]


def test_a_broken_array_keeps_what_came_before(tmp_path, capsys) -> None:
    ground.shop()
    path = tmp_path / "c.json"
    path.write_text("[" + json.dumps(JSON_ORDER) + ",\n" + json.dumps(JSON_ORDER)[:80])
    assert imported(path) == 2
    assert "abîmé à la ligne 2" in capsys.readouterr().err
    assert Order.objects.count() == 1
    assert ImportRun.objects.get().finished_at is None


def test_a_long_array_is_decoded_in_pieces(tmp_path) -> None:
    ground.shop()
    path = tmp_path / "c.json"
    with path.open("w") as stream:
        rows = (json.dumps(JSON_ORDER | {"number": f"MA-{n}", "id": n, "note": "é" * 900}) for n in range(300))
        stream.write("[" + ",".join(rows) + "]")
    assert path.stat().st_size > 500_000
    assert imported(path) == 0
    assert run_counts() == (300, 300, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("c.csv", b"number;total\n1;2\n", "Il manque ces colonnes\u202f: placed_at, email, item_title, item_price"),
        ("c.csv", "numéro".encode("latin-1"), "pas en UTF-8"),
        ("c.json", b'{"number": 1}', "doit être une liste"),
        ("c.xlsx", b"PK", "doit finir par .csv"),
        ("c.csv", b"", "Il manque ces colonnes"),
    ],
)
def test_a_file_that_is_something_else(tmp_path, capsys, name, content, reason) -> None:
    ground.shop()
    path = tmp_path / name
    path.write_bytes(content)
    assert imported(path) == 2
    assert reason in capsys.readouterr().err
    assert Order.objects.count() == 0


def test_an_unknown_shop_or_file(tmp_path, capsys) -> None:
    ground.shop()
    assert cli.main(["import", "orders", str(tmp_path / "none.csv"), "--shop", "maison-alba"]) == 2
    assert cli.main(["import", "orders", str(tmp_path / "none.csv"), "--shop", "autre"]) == 2
    assert "Il y a\u202f: maison-alba" in capsys.readouterr().err


def test_french_titles_and_commas_are_understood(tmp_path) -> None:
    ground.shop()
    path = tmp_path / "c.csv"
    path.write_text(
        "Numéro de commande,Date,E-mail,Client,Total TTC,Article,Qté,Prix unitaire,Remboursé\n"
        'MA-1,24/03/2026 14:05,a@example.org,"Garnier, Odile","1 290,80 €",Nappe,2,"645,40 €","10,00 €"\n',
        encoding="utf-8",
    )
    assert imported(path) == 0
    order = Order.objects.get()
    assert (order.total, order.placed_at.isoformat()) == (129080, "2026-03-24T13:05:00+00:00")
    assert order.identity.customer.name == "Garnier, Odile"
    assert order.refunds.get().amount == 1000


def test_every_state_has_words() -> None:
    assert set(STATES) == set(Order.State.values)
    assert set(PARCEL_STATES) == set(ParcelState.values)


def test_a_stopped_run_goes_on_where_it_was(tmp_path, monkeypatch) -> None:
    shop = ground.shop()
    path = written(tmp_path / "c.csv", *(ground.row(number) for number in range(100)))
    monkeypatch.setattr(importing, "BATCH", 20)

    class Stopped(Exception):
        pass

    def stop(progress) -> None:
        if progress.records == 60:
            raise Stopped

    with pytest.raises(Stopped):
        importing.import_orders(path, shop, progress=stop)
    assert run_counts() == (60, 60, 0, 0, 0)
    assert imported(path) == 0
    assert run_counts() == (100, 100, 0, 0, 0)
    assert Order.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_goes_on_and_doubles_nothing(tmp_path) -> None:
    ground.shop()
    path = written(tmp_path / "c.csv", *(ground.row(number) for number in range(2000)))
    settings = connection.settings_dict
    script = (
        "import os, signal, sys; from comptoir.config import cli; cli.set_up_django();"
        "from comptoir.orders.importing import run as r; from pathlib import Path; from comptoir.core.models import Shop;"
        "kill = lambda p: p.records >= 750 and os.kill(os.getpid(), signal.SIGKILL);"
        "r.import_orders(Path(sys.argv[1]), Shop.objects.get(), progress=kill)"
    )
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "comptoir.config.settings"}
    done = subprocess.run([sys.executable, "-c", script, str(path)], env=environment, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert run_counts()[:2] == (750, 750)
    assert imported(path) == 0
    assert run_counts() == (2000, 2000, 0, 0, 0)
    assert (Order.objects.count(), Customer.objects.count(), Shop.objects.count()) == (2000, 2000, 1)
    assert ground.jobs() == 0
