"""Columns of a file of orders that go into custom fields: by their titles, by a mapping, refused in words, looked at first."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comptoir.config import cli
from comptoir.core.actors import SYSTEM
from comptoir.core.custom.defining import Wanted, define
from comptoir.core.custom.values import exported
from comptoir.core.events import ensure_partitions
from comptoir.core.models import CustomField, Event, File
from comptoir.customers.models import Customer, CustomerValue
from comptoir.orders.models import ImportRun, Order, OrderValue
from tests import world
from tests.work import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db
AT = "/settings/connections/file/"
HEAD = "number;placed_at;email;total;item_title;item_price"


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()
    world.shop()
    for subject, kind, key, name, options in (
        ("order", "choices", "coloris", "Coloris", ("Bleu", "Rouge")),
        ("order", "money", "geste", "Geste", ()),
        ("customer", "number", "taille", "Pointure", ()),
        ("customer", "yes", "coloris", "Coloris aimé", ()),
    ):
        wanted = Wanted(name, names={"en": "Shoe size"} if key == "taille" else {}, added=options, currency="EUR")
        define(subject, kind, key, wanted, actor=SYSTEM)


def table(*titles: str, rows: list[list[str]]) -> str:
    lines = [";".join([HEAD, *titles])]
    for number, cells in enumerate(rows, 1):
        lines.append(";".join([f"MA-{number};2026-03-02;c{number}@example.org;10,00;Bougie;10,00", *cells]))
    return "\r\n".join(lines) + "\r\n"


def imported(path: Path, *words: str) -> int:
    return cli.main(["import", "orders", str(path), "--shop", "maison-alba", *words])


def held() -> list[tuple[dict[str, str], dict[str, str]]]:
    """What stands in the fields of each order and of its customer."""
    rows = Order.objects.order_by("number").select_related("identity")
    return [(exported(OrderValue, row.pk), exported(CustomerValue, row.identity.customer_id)) for row in rows]


def test_titles_name_fields_and_refusals_say_which_row_and_why(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "o.csv"
    rows = [["Bleu, Rouge", "4,90", "42", "x"], ["Vert", "", "", ""], ["", "", "quarante", ""], ["", "", "", "y"]]
    path.write_text(table("Coloris", "Commande geste", "Shoe size", "Autre", rows=rows))
    assert imported(path, "--dry-run") == 1
    told = capsys.readouterr().out.replace("\u202f", " ")
    assert ("colonne Coloris : champ order.coloris" in told, "colonne Autre : laissée de côté" in told) == (True, True)
    assert Order.objects.count() == OrderValue.objects.count() == 0
    assert imported(path) == 1
    told = capsys.readouterr().out.replace("\u202f", " ")
    assert "ligne 3 MA-2 : « Coloris » : « Vert » n’est pas parmi les choix." in told
    assert "ligne 4 MA-3 : « Pointure » : « quarante » n’est pas un nombre." in told
    assert [(own, theirs) for own, theirs in held()] == [
        ({"Coloris": "Bleu, Rouge", "Geste": "4,90\u00a0€"}, {"Pointure": "42"}), ({}, {}),
    ]  # fmt: skip
    assert set(Event.objects.filter(verb__endswith="field_set").values_list("origin", flat=True)) == {"import"}
    said = Event.objects.filter(verb__endswith="field_set").count()
    assert (said, waiting_jobs()) == (3, [])
    imported(path)
    run = ImportRun.objects.get()
    assert (run.created, run.updated, run.unchanged, run.refused) == (0, 0, 2, 2)
    assert Event.objects.filter(verb__endswith="field_set").count() == said


def test_a_mapping_goes_before_titles_and_must_name_fields(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "o.csv"
    path.write_text(table("Coloris", "Teinte", rows=[["oui", "Rouge"]]))
    for wrong in ("Teinte=order.nothing", "Teinte", "=order.coloris"):
        assert imported(path, "--field", wrong) == 2
    assert "order.coloris" in capsys.readouterr().err
    assert imported(path, "--field", "Teinte=order.coloris", "--field", "coloris=customer.coloris") == 0
    assert held() == [({"Coloris": "Rouge"}, {"Coloris aimé": "oui"})]
    assert imported(path, "--field", "Teinte=", "--field", "Coloris=") == 0
    assert held() == [({"Coloris": "Rouge"}, {"Coloris aimé": "oui"})]


def test_json_fills_empties_and_refuses(tmp_path: Path, capsys: Any) -> None:
    order = '"number": "MA-1", "placed_at": "2026-03-02", "email": "c@example.org", "total": 10, "lines": [{"title": "B", "unit_price": 10}]'
    path = tmp_path / "o.jsonl"
    for fields, code, expected in (
        (
            '"fields": {"coloris": ["Bleu"]}, "customer_fields": {"taille": 0}',
            0,
            ({"Coloris": "Bleu"}, {"Pointure": "0"}),
        ),
        ('"fields": {"coloris": null}', 0, ({}, {"Pointure": "0"})),
        ('"fields": {"nothing": 1}', 1, ({}, {"Pointure": "0"})),
        ('"fields": [1]', 1, ({}, {"Pointure": "0"})),
        ('"fields": {"geste": {"a": 1}}', 1, ({}, {"Pointure": "0"})),
    ):
        path.write_text(f"{{{order}, {fields}}}\n")
        assert imported(path) == code, capsys.readouterr().out
        assert held() == [expected]


def test_one_customer_in_two_orders_keeps_what_the_last_says(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    for rows in ([["42"]], [["43"], ["42"]]):
        path.write_text(table("Pointure", rows=rows).replace("c2@example.org", "c1@example.org"))
        imported(path)
    assert [theirs for _own, theirs in held()] == [{"Pointure": "42"}] * 2


def test_an_erased_person_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(table("Pointure", rows=[["42"]]))
    imported(path)
    Customer.objects.update(erased_at="2026-03-03T00:00:00Z")
    CustomerValue.objects.all().delete()
    imported(path)
    assert CustomerValue.objects.count() == 0


def test_the_page_shows_the_mapping_reads_again_and_takes_it() -> None:
    ines = world.client_for(world.owner())
    text = table("Coloris", "Teinte <b>", rows=[["oui", "Rouge"], ["oui", "Vert"]])
    file = SimpleUploadedFile("commandes.csv", text.encode())
    shown = ines.post(AT, {"shop": world.shop().pk, "file": file}).content.decode()
    assert ("Teinte &lt;b&gt;" in shown, shown.count("<optgroup"), '<option value="order.coloris" selected>' in shown) == (
        True, 4, True,
    )  # fmt: skip
    assert "« oui » n’est pas parmi les choix" in shown.replace("\u202f", " ")
    kept = {"kept": str(File.objects.latest("pk").public_id), "shop": world.shop().pk}
    mapped = kept | {"column": ["Coloris", "Teinte <b>"], "target": ["", "order.coloris"]}
    again = ines.post(AT, mapped).content.decode()
    assert ("« Vert » n’est pas parmi les choix" in again.replace("\u202f", " "), "1 nouvelles" in again) == (
        True,
        True,
    )
    assert CustomField.objects.count() == 4
    assert Order.objects.count() == 0
    ines.post(AT, mapped | {"go": "1"})
    run_jobs()
    assert [own for own, _theirs in held()] == [{"Coloris": "Rouge"}]
    assert Client().post(AT, mapped | {"go": "1"}).status_code == 302
