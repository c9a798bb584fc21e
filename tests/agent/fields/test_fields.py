"""Custom fields: defined in the settings, filled in beside rows, asked by views and searches, said by macros, told to programs."""

from typing import Any

import pytest
from django.test import Client

from comptoir.automation.actions.performing import perform, take_back
from comptoir.automation.acts import read_all
from comptoir.automation.models import Macro
from comptoir.automation.queries.choosing import say
from comptoir.conversations.actions import filling, joining
from comptoir.conversations.models import Conversation, ConversationValue
from comptoir.core.actors import SYSTEM
from comptoir.core.custom import reading
from comptoir.core.custom.defining import Wanted, define
from comptoir.core.events import ensure_partitions
from comptoir.core.models import CustomChoice, CustomField, Event, EventDetail
from comptoir.customers import actions as customers
from comptoir.customers.models import CustomerValue
from comptoir.orders import filling as orders
from comptoir.orders.models import OrderValue
from tests import world
from tests.agent.inbox.test_bulk import told
from tests.agent.inbox.test_viewing import leaf, shown
from tests.api.v1.conftest import Program, program_of

pytestmark = pytest.mark.django_db
AT = "/settings/fields/"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/team/"}


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


@pytest.fixture
def ines() -> Client:
    return world.client_for(world.owner())


@pytest.fixture
def camille() -> Client:
    return world.client_for(world.camille())


@pytest.fixture
def program() -> Program:
    return program_of(world.camille())


def made(subject: str, kind: str, key: str, *options: str, **more: Any) -> CustomField:
    return define(subject, kind, key, Wanted(name=more.pop("name", key), added=options, **more), actor=SYSTEM)


def put(client: Client, row: Any, field: CustomField, *typed: str) -> Any:
    return client.post(f"/fields/{field.subject}/{row.pk}/{field.pk}/", {"value": list(typed)}, headers=HTMX)


def defined(client: Client, **changes: Any) -> Any:
    form = {"subject": "conversation", "kind": "text", "name": "Numéro de série", "key": "", "help": "", "currency": "",
            "added": "", "name_en": "", "shops": []}  # fmt: skip
    return client.post(AT, form | changes)


def test_a_field_is_defined_renamed_archived_and_keeps_its_values(ines: Client, camille: Client) -> None:
    assert defined(ines, kind="choice", added="Bleu\nRouge", name="Coloris", name_en="Colour").status_code == 302
    field = CustomField.objects.get()
    assert (field.key, field.names, [option.name for option in field.options.all()]) == (
        "coloris", {"en": "Colour"}, ["Bleu", "Rouge"],
    )  # fmt: skip
    row = world.conversation()
    blue, red = field.options.all()
    put(camille, row, field, f"#{blue.pk}")
    edit = {"name": "Couleur", "help": "", "name_en": "", f"option-{blue.pk}": "Bleu nuit", f"option-{red.pk}": "Rouge"}
    ines.post(f"{AT}{field.pk}/", edit | {f"gone-{blue.pk}": "1", "added": "Vert"})
    panel = camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    assert ("Couleur" in panel, f'value="#{blue.pk}" selected' in panel, "Vert" in panel) == (True, True, True)
    other = camille.get(f"/conversations/{world.conversation().pk}/panel/").content.decode()
    assert f"#{blue.pk}" not in other
    ines.post(f"{AT}{field.pk}/archiving/")
    assert "Couleur" not in camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    assert put(camille, row, field, f"#{red.pk}").status_code == 404
    ines.post(f"{AT}{field.pk}/archiving/", {"back": "1"})
    assert f'value="#{blue.pk}" selected' in camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    page = ines.get(AT, headers={"accept-language": "en"}).content.decode()
    assert "coloris" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "obligatoire"),
        ({"key": "objet"}, "La recherche se sert déjà"),
        ({"key": "1a"}, "commence par une lettre"),
        ({"key": "taille"}, "a cette clé"),
        ({"kind": "choice", "added": " \n"}, "au moins un choix"),
        ({"kind": "choice", "added": "Bleu\nBLEU"}, "le même nom"),
        ({"kind": "money", "currency": "EURO"}, "3 caractères"),
        ({"kind": "moon"}, "moon"),
    ],
)
def test_what_cannot_be_defined_is_said(ines: Client, typed: dict[str, str], said: str) -> None:
    made("conversation", "number", "taille")
    answer = defined(ines, **typed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert CustomField.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "wrong"),
    [
        ("text", "  AB-12\n ", "AB-12", "x" * 301),
        ("long", "Un\nDeux", "Un\nDeux", "x" * 10_001),
        ("number", "1 234,5", 1234.5, "douze"),
        ("number", "-3", -3, "9" * 14),
        ("money", "24,90", 2490, "24,9,0"),
        ("date", "24/11/2026", "2026-11-24", "31/02/2026"),
        ("yes", "1", True, None),
        ("link", "https://ex.example/a", "https://ex.example/a", "javascript:alert(1)"),
    ],
)
def test_each_kind_is_judged_in_words_and_taken_back(
    camille: Client, kind: str, typed: str, kept: Any, wrong: str | None
) -> None:
    field = made("conversation", kind, "x", name="Mesure", currency="EUR")
    row = world.conversation()
    if wrong is not None:
        refused = put(camille, row, field, wrong)
        assert (refused.status_code, 'role="alert"' in refused.content.decode()) == (422, True)
        assert not ConversationValue.objects.exists()
    answer = put(camille, row, field, typed)
    event = Event.objects.get(verb="conversation.field_set")
    assert EventDetail.objects.get(event_id=event.pk).after == {"Mesure": kept}
    assert put(camille, row, field, typed).headers.get("HX-Trigger") is None
    undone = camille.post(told(answer)["toast"]["undo"], headers=HTMX)
    assert (undone.status_code, ConversationValue.objects.count()) == (204, 0)
    late = camille.post(told(answer)["toast"]["undo"], headers=HTMX)
    assert told(late)["toast"]["bad"]


def test_who_may_not_see_or_write_changes_nothing(camille: Client) -> None:
    field, size = made("conversation", "text", "x"), made("customer", "text", "y")
    row = world.conversation()
    put(camille, row, field, "Avant")
    event = Event.objects.get(verb="conversation.field_set")
    for who in (world.stranger(), world.reader()):
        client = world.client_for(who)
        wanted = 404 if who == world.stranger() else 403
        assert put(client, row, field, "Pris").status_code == wanted
        assert client.post(f"/fields/conversation/{row.pk}/undo/{event.pk}/", headers=HTMX).status_code == wanted
        assert put(client, row.identity.customer, size, "Pris").status_code == wanted
    assert world.client_for(world.stranger()).get(f"/fields/conversation/{row.pk}/").status_code == 404
    assert camille.get(f"/fields/moon/{row.pk}/").status_code == 404
    assert [value.text for value in ConversationValue.objects.all()] == ["Avant"]
    assert CustomerValue.objects.count() == 0


def test_views_ask_every_kind_the_same_by_keys_and_row_by_row(camille: Client) -> None:
    size, day = made("conversation", "number", "taille"), made("conversation", "date", "pour_le")
    colour = made("conversation", "choices", "coloris", "Bleu", "Rouge")
    gift, note = made("conversation", "yes", "cadeau"), made("conversation", "long", "remarque")
    made("customer", "text", "siret")
    made("order", "text", "serie")
    blue, red = CustomChoice.objects.order_by("pk")
    one = world.conversation(subject="Une")
    for field, given in (
        (size, 42),
        (day, "2026-11-24"),
        (colour, ["Bleu", "Rouge"]),
        (gift, True),
        (note, "Très fragile"),
    ):
        filling.set_field(one, reading.find("conversation", field.key), given, actor=SYSTEM)  # type: ignore[arg-type]
    two = world.conversation(world.karim(), subject="Deux")
    filling.set_field(two, reading.find("conversation", "taille"), "36,5", actor=SYSTEM)  # type: ignore[arg-type]
    customers.set_field(two.identity.customer, reading.find("customer", "siret"), "732829320", actor=SYSTEM)  # type: ignore[arg-type]
    bought = world.order(world.karim())
    orders.set_field(bought, reading.find("order", "serie"), "MA-SN-7", actor=SYSTEM)  # type: ignore[arg-type]
    name = {field.key: f"{field.subject}.field_{field.pk}" for field in CustomField.objects.all()}
    asked: list[tuple[Any, list[str]]] = [
        (leaf(name["taille"], "at_least", "36.6"), ["Une"]),
        (leaf(name["taille"], "at_most", "42"), ["Une", "Deux"]),
        (leaf(name["pour_le"], "on", "2026-11-24"), ["Une"]),
        (leaf(name["pour_le"], "before", "2026-11-24"), []),
        (leaf(name["coloris"], "all", [str(blue.pk), str(red.pk)]), ["Une"]),
        (leaf(name["coloris"], "is_not", [str(red.pk)]), ["Deux"]),
        (leaf(name["cadeau"], "is", True), ["Une"]),
        (leaf(name["cadeau"], "is", False), ["Deux"]),
        (leaf(name["remarque"], "contains", "FRAG"), ["Une"]),
        (leaf(name["siret"], "contains", "7328"), ["Deux"]),
        (leaf(name["serie"], "contains", "sn-7"), ["Deux"]),
    ]
    for tree, expected in asked:
        assert sorted(shown(camille, tree)) == sorted(expected), tree
    for typed, found in (("taille:42", "Une"), ("taille:<40", "Deux"), ("coloris:ble", "Une"), ("cadeau:oui", "Une"),
                         ("pour_le:>2026-11-01", "Une"), ("serie:SN-7", ""), ("siret:732829320", "Deux")):  # fmt: skip
        page = camille.get("/search/results/", {"q": typed}).content.decode()
        assert [subject for subject in ("Une", "Deux") if f">{subject}<" in page] == [found] * bool(found), typed
    two.orders.add(bought)
    assert ">Deux<" in camille.get("/search/results/", {"q": "serie:SN-7"}).content.decode()
    assert "Bleu" in camille.get("/search/results/", {"q": "coloris:blu"}).content.decode()


def test_macros_say_them_and_fill_them_in(ines: Client) -> None:
    made("conversation", "choice", "motif", "Retard", "Casse")
    made("order", "money", "caution", currency="EUR")
    row, order = world.conversation(), world.order()
    row.orders.add(order)
    orders.set_field(order, reading.find("order", "caution"), 2490, actor=SYSTEM)  # type: ignore[arg-type]
    text = "<p>{{ order.fields.caution }} {{ conversation.fields.motif | default: &quot;rien&quot; }} {{ conversation.fields.motif }}</p>"
    macro = Macro.objects.create(name="x", html=text, shop=world.shop())
    said = say(macro, row, world.camille())
    assert ("24,90" in said.html, "rien" in said.html, said.missing) == (True, True, ["conversation.fields.motif"])
    done = perform(row, read_all(["field:motif=retard", "field:motif=casse", "field:nul=1"]), agent=world.camille())
    assert say(macro, row, world.camille()).missing == []
    take_back(row, done, agent=world.camille())
    assert not ConversationValue.objects.exists()
    form = {"name": "Y", "language": "fr", "html": "", "fields_set": "motif = Casse\n", "shared": "on"}
    assert ines.post("/settings/macros/new/", form).status_code == 302
    assert Macro.objects.get(name="Y").acts == ["field:motif=Casse"]
    for line in ("motif = Vol", "nul = 1", "motif"):
        assert ines.post("/settings/macros/new/", form | {"fields_set": line}).status_code == 422


def test_programs_read_and_write_them_whole_or_not_at_all(program: Program) -> None:
    made("conversation", "choices", "coloris", "Bleu", "Rouge")
    made("conversation", "money", "geste", currency="EUR")
    made("customer", "date", "naissance")
    made("order", "text", "serie")
    row, order = world.conversation(), world.order()
    answer = program("PATCH", f"/conversations/{row.pk}", {"fields": {"coloris": ["bleu", "Rouge"], "geste": 1500}})
    assert answer.json()["fields"] == {"coloris": ["Bleu", "Rouge"], "geste": 1500}
    for bad in (
        {"coloris": "Vert"},
        {"geste": "cent"},
        {"geste": True},
        {"geste": [1]},
        {"nul": 1},
        {"coloris": {"a": 1}},
    ):
        refused = program("PATCH", f"/conversations/{row.pk}", {"priority": "high", "fields": bad})
        assert refused.status_code == 422, bad
    assert Conversation.objects.get().priority == 0
    assert program("GET", f"/conversations/{row.pk}").json()["fields"]["geste"] == 1500
    assert (
        program("PATCH", f"/conversations/{row.pk}", {"fields": {"geste": None}}).json()["fields"].get("geste") is None
    )
    customer = row.identity.customer_id
    shown_ = program("PATCH", f"/customers/{customer}", {"fields": {"naissance": "1990-02-28"}}).json()
    assert shown_["fields"] == {"naissance": "1990-02-28"}
    assert program("PATCH", f"/customers/{customer}", {"fields": {"naissance": "1990-02-30"}}).status_code == 422
    assert program("PATCH", f"/orders/{order.pk}", {"fields": {"serie": "A1"}}).json()["fields"] == {"serie": "A1"}
    assert {field["key"] for field in program("GET", "/house").json()["fields"]} == {
        "coloris",
        "geste",
        "naissance",
        "serie",
    }
    assert program_of(world.stranger())("PATCH", f"/orders/{order.pk}", {"fields": {"serie": "B"}}).status_code == 404
    assert OrderValue.objects.get().text == "A1"


def test_merges_keep_the_targets_value_and_give_back_what_moved(camille: Client) -> None:
    made("customer", "text", "siret")
    made("customer", "number", "pointure")
    made("conversation", "text", "motif")
    siret, size = reading.find("customer", "siret"), reading.find("customer", "pointure")
    first, second = world.claire().customer, world.karim().customer
    assert siret
    assert size
    customers.set_field(first, siret, "111", actor=SYSTEM)
    customers.set_field(first, size, 39, actor=SYSTEM)
    customers.set_field(second, siret, "222", actor=SYSTEM)
    held = lambda who: sorted(str(value) for value in CustomerValue.objects.filter(owner=who))  # noqa: E731
    before = held(first), held(second)
    merge = customers.merge(first, second, actor=SYSTEM)
    assert (len(held(first)), len(held(second))) == (1, 2)
    customers.unmerge(merge, actor=SYSTEM)
    assert (held(first), held(second)) == before
    one, two = world.conversation(), world.conversation()
    filling.set_field(one, reading.find("conversation", "motif"), "Vol", actor=SYSTEM)  # type: ignore[arg-type]
    done = joining.merge(one, two, actor=SYSTEM)
    assert ConversationValue.objects.get().owner == two
    joining.unmerge(done, actor=SYSTEM)
    assert ConversationValue.objects.get().owner == one


def test_a_persons_copy_holds_them_and_erasure_takes_them() -> None:
    for subject in ("conversation", "customer", "order"):
        made(subject, "text", "secret", name=f"Secret {subject}")
    row, order = world.conversation(), world.order()
    filling.set_field(row, reading.find("conversation", "secret"), "Nantes", actor=SYSTEM)  # type: ignore[arg-type]
    customers.set_field(row.identity.customer, reading.find("customer", "secret"), "Nantes", actor=SYSTEM)  # type: ignore[arg-type]
    orders.set_field(order, reading.find("order", "secret"), "Nantes", actor=SYSTEM)  # type: ignore[arg-type]
    copy = customers.export(row.identity.customer, actor=SYSTEM)
    assert copy["fields"] == {"Secret customer": "Nantes"}
    assert copy["conversations"][0]["fields"] == {"Secret conversation": "Nantes"}
    assert copy["orders"][0]["fields"] == {"Secret order": "Nantes"}
    customers.erase(row.identity.customer, actor=SYSTEM)
    assert [model.objects.count() for model in (ConversationValue, CustomerValue, OrderValue)] == [0, 0, 0]
    assert not EventDetail.objects.filter(after__contains={"Secret order": "Nantes"}).exists()


def test_closing_by_hand_asks_for_what_the_house_wants(camille: Client, ines: Client) -> None:
    made("conversation", "text", "motif", name="Motif", required=True)
    ines.post("/settings/topics/required/", {"required": "1"})
    row = world.conversation()
    refused = camille.post(f"/conversations/{row.pk}/closure/", headers=HTMX)
    assert told(refused)["toast"]["text"] == "Pour clore, il manque\u202f: Thème, Motif."
    camille.post("/search/deeds/", {"conversation": row.pk, "do": "close", "value": ""}, headers=HTMX)
    row.refresh_from_db()
    assert row.state == "open"
    world.topic("Livraison")
    camille.post(f"/conversations/{row.pk}/topic/", {"topic": "Livraison"}, headers=HTMX)
    put(camille, row, CustomField.objects.get(), "Retard")
    camille.post(f"/conversations/{row.pk}/closure/", headers=HTMX)
    row.refresh_from_db()
    assert row.state == "closed"


def test_two_hundred_fields_and_markup_in_names_do_no_harm(camille: Client, ines: Client) -> None:
    for number in range(199):
        made("conversation", "text", f"champ_{number}")
    made("conversation", "choice", "mal", "<script>a</script>", name="<script>b</script>", help="<img src=x onerror=c>")
    assert "Deux cents champs" in defined(ines, name="Un de trop").content.decode()
    row = world.conversation()
    put(camille, row, CustomField.objects.get(key="champ_150"), "<script>d</script>")
    for at in (f"/conversations/{row.pk}/panel/", AT, f"/conversations/{row.pk}/"):
        page = camille.get(at) if at != AT else ines.get(at)
        html = page.content.decode()
        assert page.status_code == 200
        assert not any(f"<script>{letter}" in html for letter in "abd")
        assert "<img src=x" not in html
