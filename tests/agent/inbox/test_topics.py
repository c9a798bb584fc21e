"""The tree of topics: made in the settings, given by hand, to many, by macros and filters; found with what stands below."""

from typing import Any

import pytest
from django.test import Client

from comptoir.automation.actions.performing import perform, take_back
from comptoir.automation.acts import read_all
from comptoir.conversations.models import Conversation, Topic, View
from comptoir.conversations.queries.topics import label, offered, resolve, tree
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Event
from tests import world
from tests.agent.inbox.test_bulk import Htmx, told
from tests.agent.inbox.test_viewing import leaf, shown

pytestmark = pytest.mark.django_db
AT = "/settings/topics/"


@pytest.fixture
def ines() -> Client:
    ensure_partitions()
    return world.client_for(world.owner())


def planted(ines: Client, *paths: str) -> None:
    """Topics made through the settings: « Livraison > Colis perdu »."""
    for path in paths:
        above, _sep, name = path.rpartition(" > ")
        ines.post(AT, {"name": name, "parent": resolve(above) if above else "", "name_en": ""})


def test_a_tree_is_made_renamed_moved_and_put_in_order(ines: Client) -> None:
    planted(ines, "Livraison", "Livraison > Colis perdu", "Livraison > Colis perdu > Volé", "Retour")
    assert [node.path for node in offered()] == [
        "Livraison", "Livraison › Colis perdu", "Livraison › Colis perdu › Volé", "Retour",
    ]  # fmt: skip
    lost = Topic.objects.get(code="colis-perdu")
    ines.post(f"{AT}{lost.pk}/", {"name": "Colis égaré", "parent": resolve("retour"), "name_en": "Lost parcel"})
    assert label("vole") == "Retour › Colis égaré › Volé"
    assert tree()["vole"].branch == ("colis-perdu", "retour", "vole")
    ines.post(f"{AT}{Topic.objects.get(code='retour').pk}/move/", {"step": "up"})
    assert next(node.code for node in offered()) == "retour"
    assert {resolve("lost parcel"), resolve("RETOUR > colis egare"), resolve("retour › Colis égaré")} == {"colis-perdu"}
    page = ines.get(AT, headers={"accept-language": "en"}).content.decode()
    assert "Colis égaré" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "obligatoire"),
        ({"name": "LIVRAISON"}, "Un autre thème a ce nom"),
        ({"name": "x" * 61}, "60 caractères"),
        ({"name": "E", "parent": "d"}, "Quatre étages"),
        ({"name": "E", "parent": "nowhere"}, "nowhere"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(ines: Client, typed: dict[str, str], said: str) -> None:
    planted(ines, "Livraison", "A", "A > B", "A > B > C", "A > B > C > D")
    answer = ines.post(AT, {"parent": "", "name_en": ""} | typed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert Topic.objects.count() == 5


def test_nothing_hangs_under_itself_and_names_are_only_text(ines: Client) -> None:
    planted(ines, "A", "A > B", "<script>alert(1)</script>")
    top = Topic.objects.get(code="a")
    assert ines.post(f"{AT}{top.pk}/", {"name": "A", "parent": "b", "name_en": ""}).status_code == 422
    ines.post(f"{AT}{top.pk}/merge/", {"target": "b"})
    top.refresh_from_db()
    assert (top.parent, top.merged_into) == (None, None)
    row = world.conversation()
    pages = [ines.get(at).content.decode() for at in (AT, f"/conversations/{row.pk}/menus/topics/")]
    assert all("<script>alert" not in page and "&lt;script&gt;alert" in page for page in pages)


def test_one_is_given_by_hand_taken_back_and_written_down(camille: Client, htmx: Htmx, ines: Client) -> None:
    planted(ines, "Livraison", "Livraison > Colis perdu")
    row = world.conversation()
    menu = camille.get(f"/conversations/{row.pk}/menus/topics/", headers=htmx).content.decode()
    assert 'data-words="livraison colis perdu"' in menu
    answer = camille.post(f"/conversations/{row.pk}/topic/", {"topic": "colis-perdu"}, headers=htmx)
    assert "Livraison › Colis perdu" in answer.content.decode()
    event = Event.objects.get(verb="conversation.topic_set")
    assert event.codes == {"topic": "colis-perdu", "former": ""}
    camille.post(told(answer)["toast"]["undo"], headers=htmx)
    row.refresh_from_db()
    assert row.topic == ""
    assert camille.post(f"/conversations/{row.pk}/topic/", {"topic": "inventé"}, headers=htmx).status_code == 404
    done = camille.post("/search/deeds/", {"conversation": row.pk, "do": "topic", "value": "livraison"}, headers=htmx)
    row.refresh_from_db()
    assert (done.status_code, row.topic) == (204, "livraison")
    assert "do=topic" in told(done)["toast"]["undo"]


def test_a_branch_is_found_with_its_leaves(camille: Client, ines: Client) -> None:
    planted(ines, "Livraison", "Livraison > Colis perdu", "Retour")
    for code in ("livraison", "colis-perdu", "retour", ""):
        Conversation.objects.filter(pk=world.conversation(subject=code or "rien").pk).update(topic=code)
    assert sorted(shown(camille, leaf("conversation.topic", "is", ["livraison"]))) == ["colis-perdu", "livraison"]
    assert sorted(shown(camille, leaf("conversation.topic", "is_not", ["livraison"]))) == ["retour", "rien"]
    assert shown(camille, leaf("conversation.topic", "is", ["none"])) == ["rien"]
    found = camille.get("/search/results/", {"q": "topic:livr"}).content.decode()
    assert (">colis-perdu" in found, ">retour" in found) == (True, False)
    view = View.objects.create(name="Ancienne", filters={"topic": "livraison", "states": ["open"]}, columns=["topic"])
    page = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert "Livraison › Colis perdu" in page
    wrong = camille.get("/search/results/", {"q": "thème:livrason"}).content.decode()
    assert "Livraison" in wrong


def test_a_merged_one_reads_and_counts_as_the_other_until_it_is_undone(camille: Client, ines: Client) -> None:
    planted(ines, "Livraison", "Livraison > Colis perdu", "Colis égaré", "Colis égaré > Volé")
    row = world.conversation(subject="Volée")
    Conversation.objects.filter(pk=row.pk).update(topic="vole")
    lost = Topic.objects.get(code="colis-egare")
    ines.post(f"{AT}{lost.pk}/merge/", {"target": "colis-perdu"})
    assert (label("colis-egare"), label("vole")) == ("Livraison › Colis perdu", "Livraison › Colis perdu › Volé")
    assert shown(camille, leaf("conversation.topic", "is", ["livraison"])) == ["Volée"]
    assert shown(camille, leaf("conversation.topic", "is", ["colis-egare"])) == ["Volée"]
    assert "colis-egare" not in {node.code for node in offered()}
    done = perform(row, read_all(["topic:colis-egare"]), agent=world.camille())
    row.refresh_from_db()
    assert row.topic == "colis-perdu"
    take_back(row, done, agent=world.camille())
    ines.post(f"{AT}{lost.pk}/archiving/", {"back": "1"})
    assert (label("vole"), label("colis-egare")) == ("Colis égaré › Volé", "Colis égaré")
    row.refresh_from_db()
    assert (row.topic, shown(camille, leaf("conversation.topic", "is", ["livraison"]))) == ("vole", [])


def test_an_archived_one_is_offered_no_more_and_kept(camille: Client, ines: Client, htmx: Htmx) -> None:
    planted(ines, "Livraison", "Livraison > Colis perdu")
    row = world.conversation(topic="colis-perdu")
    ines.post(f"{AT}{Topic.objects.get(code='livraison').pk}/archiving/")
    assert offered() == []
    page = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "Livraison › Colis perdu" in page
    dialog = camille.get(f"/conversations/{row.pk}/subject/", headers=htmx).content.decode()
    assert 'value="colis-perdu" selected' in dialog
    camille.post(f"/conversations/{row.pk}/subject/", {"subject": "Autre", "topic": "colis-perdu"}, headers=htmx)
    row.refresh_from_db()
    assert (row.subject, row.topic) == ("Autre", "colis-perdu")


def test_each_shop_has_its_own(ines: Client) -> None:
    rivage: Any = world.shop("rivage")
    world.shop()
    ines.post(AT, {"name": "Voile", "parent": "", "name_en": "", "shops": [rivage.pk]})
    planted(ines, "Voile > Déchirée", "Livraison")
    assert [node.code for node in offered([world.shop().pk])] == ["livraison"]
    assert [node.code for node in offered([rivage.pk])] == ["voile", "dechiree", "livraison"]
    row = world.conversation()
    camille = world.client_for(world.camille())
    assert camille.post(f"/conversations/{row.pk}/topic/", {"topic": "voile"}).status_code == 404


def test_macros_for_a_topic_serve_those_below_it(ines: Client) -> None:
    from comptoir.automation.models import Macro
    from comptoir.automation.queries.ranking import offered as macros

    planted(ines, "Livraison", "Livraison > Colis perdu", "Retour")
    for code in ("retour", "livraison", "colis-perdu"):
        Macro.objects.create(name=code, html=f"<p>{code}</p>", topics=[code], shop=world.shop())
    row = world.conversation(topic="colis-perdu", text="Bonjour", subject="x")
    assert [macro.name for macro in macros(row, world.camille())] == ["colis-perdu", "livraison", "retour"]
