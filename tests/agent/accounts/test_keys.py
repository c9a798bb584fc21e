"""« Mes touches », and what Ctrl+Enter and a closed conversation do: through the console's pages."""

import html
import json
import re
from pathlib import Path

import pytest
from django.test import Client

import comptoir
from comptoir.agent.accounts.keys import OURS
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Agent
from tests import world

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ROOT = Path(comptoir.__file__).parent


@pytest.fixture(autouse=True)
def _months(db: None) -> None:
    ensure_partitions()


@pytest.fixture
def camille(db: None) -> Client:
    return world.client_for(world.camille())


def chosen(**changes: str) -> dict[str, str]:
    return {f"k{number}": changes.get(key, key) for number, key in enumerate(OURS)}


def keymap(page: str) -> dict[str, str] | None:
    found = re.search(r'data-keymap="([^"]*)"', page)
    return json.loads(html.unescape(found[1])) if found else None


def test_every_single_key_of_a_page_can_be_changed():
    sources = [path.read_text() for path in ROOT.rglob("*.html")]
    named = {key for text in sources for key in re.findall(r'data-key="([^"{]+)"', text) if "+" not in key}
    shifted = {key.upper() for text in sources for key in re.findall(r'data-shifted="(\w)"', text)}
    assert len(named) > 20
    assert {key.split(" ")[0] for key in named} | shifted <= set(OURS)


def test_an_agent_changes_one_key_and_switches_another_off(camille: Client):
    assert keymap(camille.get("/account/").content.decode()) is None
    camille.post("/account/keys/", chosen(e="y", h=""))
    assert keymap(camille.get("/inbox/team/").content.decode()) == {"e": "y", "h": ""}
    assert keymap(camille.get("/account/keys/").content.decode()) == {"e": "y", "h": ""}
    camille.post("/account/keys/", {"reset": "1"})
    assert keymap(camille.get("/account/").content.decode()) is None


@pytest.mark.parametrize(("changes", "said"), [({"e": "r"}, "sert déjà"), ({"e": "ab"}, "Un seul signe")])
def test_a_key_that_cannot_be_is_refused_and_nothing_changes(camille: Client, changes, said):
    refused = camille.post("/account/keys/", chosen(**changes))
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert Agent.objects.get().keymap == {}


def test_after_a_closed_conversation_the_next_one_or_the_list(camille: Client):
    first, second, third = (world.conversation(subject=name) for name in ("Vase", "Plaid", "Bol"))
    led = camille.post(f"/conversations/{first.pk}/closure/", headers=HTMX)
    assert f"/conversations/{second.pk}/" in led.headers["HX-Push-Url"]
    Agent.objects.update(afterwards="list")
    led = camille.post(f"/conversations/{second.pk}/closure/", headers=HTMX)
    assert str(third.pk) not in led.headers["HX-Push-Url"]


@pytest.mark.parametrize(
    ("sends", "label"), [("close", "Envoyer et clore"), ("", "Envoyer"), ("pending", "Envoyer et attendre")]
)
def test_ctrl_enter_does_what_the_agent_chose(camille: Client, sends, label):
    page = camille.get("/account/").content.decode()
    profile = dict(re.findall(r'name="(name|language|timezone)"[^>]*value="([^"]*)"', page))
    given = {
        "name": "Camille Roy",
        "language": "fr",
        "timezone": "Europe/Paris",
        "undo_seconds": "5",
        "afterwards": "next",
    }
    assert camille.post("/account/", given | profile | {"sends": sends}).status_code == 302
    thread = camille.get(f"/conversations/{world.conversation().pk}/").content.decode()
    button = re.search(r'name="then" value="(\w*)" data-key="mod\+enter"[^>]*>([^<]*)', thread)
    assert button
    assert (button[1], button[2].strip()) == (sends, label)
