"""Custom fields in the rows of a view: chosen in its editor, shown by kind, sorted by, at no query of their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.filling import set_field
from comptoir.conversations.models import Conversation, ConversationOrder, View
from comptoir.conversations.queries import lists, ordering
from comptoir.conversations.queries.orders import Cursor
from comptoir.core.actors import SYSTEM
from comptoir.core.custom import reading
from comptoir.core.custom.defining import Wanted, archive, define
from comptoir.core.models import CustomField
from comptoir.customers import actions as customers
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind
from comptoir.orders import filling as orders
from tests import world
from tests.agent.inbox.test_lists import subjects
from tests.agent.inbox.test_viewing import form

HTMX = {"HX-Request": "true", "Sec-Fetch-Dest": "empty"}


def made(subject: str, kind: str, key: str, *options: str, **more: Any) -> CustomField:
    return define(subject, kind, key, Wanted(name=more.pop("name", key), added=options, **more), actor=SYSTEM)


def known(field: CustomField) -> reading.Definition:
    found = reading.find(field.subject, field.key)
    assert found is not None
    return found


def listed(client: Client, **view: Any) -> str:
    row = View.objects.create(name="Essai", agent=world.camille(), **view)
    return client.get(f"/inbox/view-{row.pk}/").content.decode()


def test_fields_of_all_three_are_chosen_in_the_editor_and_shown_by_kind(camille: Client) -> None:
    due = made("conversation", "date", "echeance", name="Échéance")
    gift = made("conversation", "yes", "cadeau", name="Cadeau")
    size = made("customer", "number", "taille", name="Taille")
    colour = made("order", "choices", "coloris", "Bleu <b>", "Rouge", name="Coloris")
    row = world.conversation(subject="Lin")
    world.conversation(world.karim(), subject="Nue")
    for field, value in ((due, "2026-12-24"), (gift, "oui")):
        set_field(row, known(field), value, actor=SYSTEM)
    customers.set_field(row.identity.customer, known(size), "42,50", actor=SYSTEM)
    for number, chosen in (("MA-1", ["Bleu <b>"]), ("MA-2", ["Rouge", "Bleu <b>"])):
        order = world.order(number=number)
        ConversationOrder.objects.create(conversation=row, order=order)
        orders.set_field(order, known(colour), chosen, actor=SYSTEM)
    page = camille.get("/views/new/").content.decode()
    names = [f"{field.subject}.field_{field.pk}" for field in (due, gift, size, colour)]
    assert [f'name="columns" value="{name}"' in page for name in names] == [True] * 4
    answer = camille.post("/views/new/", form(columns=["preview", *names, "conversation.field_0", "order.nothing"]))
    view = View.objects.get()
    assert (answer.headers["Location"], view.columns) == (f"/inbox/view-{view.pk}/", ["preview", *names])
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    shown = html.split('<p class="facts fields">')
    assert len(shown) == 2
    assert [part.split("</span>")[0].split(">", 1)[1] for part in shown[1].split("<span ")[1:5]] == [
        "Échéance <b>24/12/2026</b>", "Cadeau", "Taille <b>42,5</b>", "Coloris <b>Bleu &lt;b&gt;, Rouge</b>",
    ]  # fmt: skip
    preview = camille.post("/views/matches/", form(columns=names), headers=HTMX).content.decode()
    assert "Taille <b>42,5</b>" in preview
    archive(size, archived=True, actor=SYSTEM)
    assert "Taille" not in camille.get(f"/inbox/view-{view.pk}/").content.decode()


@pytest.mark.parametrize("count", [1, 60])
def test_columns_cost_no_query_of_their_own(camille: Client, count: int, django_assert_num_queries: Any) -> None:
    field = made("conversation", "number", "points")
    for number in range(count):
        set_field(world.conversation(), known(field), number, actor=SYSTEM)
    filters = {"states": ["open"]}
    row = View.objects.create(name="Points", filters=filters, columns=[f"conversation.field_{field.pk}"], sort="newest")
    camille.get(f"/inbox/view-{row.pk}/")
    with django_assert_num_queries(5):
        assert "points <b>" in camille.get(f"/inbox/view-{row.pk}/").content.decode()


@pytest.mark.parametrize("subject", ["conversation", "customer"])
@pytest.mark.parametrize("kind", ["date", "number"])
def test_a_field_sorts_by_keyset_both_ways_and_those_without_come_last(
    camille: Client, subject: str, kind: str
) -> None:
    field, now = made(subject, kind, "rang"), timezone.now()
    given = [f"2026-12-{day:02}" for day in (9, 3, 9, 1)] if kind == "date" else ["-9.5", "3", "-9.5", "12.000001"]
    rows = [
        world.conversation(
            identify(IdentityKind.EMAIL, f"{place}@example.org"), subject=str(place), at=now - timedelta(minutes=place)
        )
        for place in range(7)
    ]
    for row, value in zip(rows, given, strict=False):
        if subject == "conversation":
            set_field(row, known(field), value, actor=SYSTEM)
        else:
            customers.set_field(row.identity.customer, known(field), value, actor=SYSTEM)
    valued = ["3", "1", "0", "2"] if kind == "date" else ["0", "2", "1", "3"]
    falling = ["2", "0", "1", "3"] if kind == "date" else ["3", "1", "2", "0"]
    for code, expected in ((f"f{field.pk}", valued), (f"f{field.pk}d", falling)):
        view = View.objects.create(name="Triée", filters={"states": ["open"]}, sort=code)
        at, seen = f"/inbox/view-{view.pk}/", []
        html = camille.get(at).content.decode()
        assert subjects(html) == [*expected, "6", "5", "4"]
        assert f'href="{at}?sort={code}" aria-current="true"' in html
        for cut in range(7):  # a page may end anywhere
            seen.append(_page_after(code, view.filters, subjects(html), rows, cut))
        assert seen == [subjects(html)[cut + 1 :] for cut in range(7)]
    assert subjects(camille.get(f"/inbox/team/?sort=f{field.pk}").content.decode()) == [*valued, "6", "5", "4"]


def _page_after(code: str, filters: dict[str, Any], order: list[str], rows: list[Conversation], cut: int) -> list[str]:
    """What follows the row at that place, by the cursor as an address says it."""
    row = next(row for row in rows if row.subject == order[cut])
    after = Cursor.parse(str(ordering.place_after(row, code)))
    assert after is not None
    return [found.subject for found in lists.page(world.camille(), filters, sort=code, after=after).rows]


def test_a_split_view_in_a_field_s_order(camille: Client) -> None:
    field = made("conversation", "money", "geste", currency="EUR")
    for subject, value in (("Rien", None), ("Cinq", "5"), ("Neuf", "9,90")):
        set_field(world.conversation(subject=subject), known(field), value, actor=SYSTEM)
    column = f"conversation.field_{field.pk}"
    html = listed(camille, filters={"states": ["open"]}, split="channel", sort=f"f{field.pk}d", columns=[column])
    assert subjects(html) == ["Neuf", "Cinq", "Rien"]
    assert "geste <b>9,90\u00a0€</b>" in html


def test_what_is_no_order_or_no_place_changes_nothing(camille: Client) -> None:
    text = made("conversation", "text", "serie")
    order = made("order", "number", "poids")
    number = made("conversation", "number", "points")
    world.conversation(subject="Une")
    page = camille.get("/views/new/").content.decode()
    offered = [f'<option value="f{field.pk}">' in page for field in (text, order, number)]
    assert offered == [False, False, True]
    for sort in (f"f{text.pk}", f"f{order.pk}", "f0", "f99999999", "f1;drop", f"f{number.pk}dd"):
        assert subjects(camille.get("/inbox/team/", {"sort": sort}).content.decode()) == ["Une"]
    for after in (
        "v1-1",
        "v2026-12-24-1",
        "v2026-99-99-3",
        "v-99999999999999.999999-1",
        "v.-1",
        "n61-1",
        "p1.2-3",
        "z-4",
    ):
        for sort in (f"f{number.pk}", f"f{number.pk}d", "waiting", "newest", "snoozed", "name", "priority"):
            answer = camille.get("/inbox/team/rows/", {"sort": sort, "after": after})
            assert answer.status_code == 200, (after, sort)
    view = View.objects.create(name="Triée", filters={"states": ["open"]}, sort=f"f{number.pk}")
    archive(number, archived=True, actor=SYSTEM)
    assert subjects(camille.get(f"/inbox/view-{view.pk}/").content.decode()) == ["Une"]
