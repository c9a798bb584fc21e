"""Saved views: one's own, the team's, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.views import SHARED_LIMIT
from comptoir.conversations.models import InboxKind, View
from comptoir.core.models import Event, EventDetail
from tests import world

HTMX = {"HX-Request": "true"}


def kept() -> list[dict[str, Any]]:
    """All views."""
    return [dict(row) for row in View.objects.order_by("pk").values("name", "agent_id", "filters", "position")]


def test_what_the_list_shows_is_kept_as_one_s_own_view(camille: Client) -> None:
    world.conversation(subject="Mail", assignee=world.camille())
    world.conversation(subject="Chat", box=world.inbox(InboxKind.CHAT), assignee=world.camille())
    dialog = camille.get("/views/?in=mine&channel=chat", headers=HTMX).content.decode()
    assert "À moi · Chat" in dialog
    assert "Partager" not in dialog
    answer = camille.post("/views/", {"in": "mine", "channel": "chat", "name": "  Mes chats "}, headers=HTMX)
    view = View.objects.get()
    assert answer.headers["HX-Redirect"] == f"/inbox/view-{view.pk}/"
    assert kept() == [
        {
            "name": "Mes chats",
            "agent_id": world.camille().pk,
            "filters": {"assignee": "me", "channel": "chat"},
            "position": 0,
        }
    ]
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert "<span>Mes chats</span><b>1</b>" in html
    assert f'hx-get="/views/{view.pk}/"' in html
    assert [event.verb for event in Event.objects.filter(subject_type="view")] == ["view.created"]


def test_a_shared_view_is_for_all_and_needs_the_right_to_share(camille: Client) -> None:
    values = {"in": "team", "unread": "1", "name": "À lire", "shared": "1"}
    assert camille.post("/views/", values, headers=HTMX).status_code == 403
    assert kept() == []
    tom = world.client_for(world.lead())
    assert "Partager" in tom.get("/views/", headers=HTMX).content.decode()
    assert tom.post("/views/", values, headers=HTMX).status_code == 200
    view = View.objects.get()
    assert (view.agent, view.filters) == (None, {"unread": True})
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert "<span>À lire</span>" in html
    assert f"/views/{view.pk}/" not in html
    assert camille.get(f"/views/{view.pk}/", headers=HTMX).status_code == 403
    for address in (f"/views/{view.pk}/", f"/views/{view.pk}/removal/"):
        assert camille.post(address, {"name": "Volée"}, headers=HTMX).status_code == 403
    assert kept() == [{"name": "À lire", "agent_id": None, "filters": {"unread": True}, "position": 0}]


def test_a_view_is_renamed_and_deleted_with_before_and_after(camille: Client) -> None:
    view = View.objects.create(name="Casse", agent=world.camille(), filters={"tags": ["Casse"]})
    assert 'value="Casse"' in camille.get(f"/views/{view.pk}/", headers=HTMX).content.decode()
    camille.post(f"/views/{view.pk}/", {"name": "Cassé"}, headers=HTMX)
    camille.post(f"/views/{view.pk}/", {"name": "Cassé"}, headers=HTMX)
    view.refresh_from_db()
    assert view.name == "Cassé"
    answer = camille.post(f"/views/{view.pk}/removal/", headers=HTMX)
    assert answer.headers["HX-Redirect"].startswith("/views/all/?removed=")
    assert kept() == []
    verbs = list(Event.objects.filter(subject_type="view").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["view.renamed", "view.deleted"]
    first = EventDetail.objects.order_by("pk").first()
    assert first is not None
    assert (first.before, first.after) == ({"name": "Casse"}, {"name": "Cassé"})


def test_a_view_opens_in_its_own_order(camille: Client) -> None:
    world.conversation(world.claire(), subject="Ancienne", at=timezone.now() - timedelta(hours=5))
    world.conversation(world.karim(), subject="Récente")

    def order(html: str) -> bool:
        return html.index("Récente") < html.index("Ancienne")

    camille.post("/views/", {"in": "team", "sort": "newest", "name": "Au fil de l’eau"}, headers=HTMX)
    view = View.objects.get()
    opened = f"/inbox/view-{view.pk}/"
    html = camille.get(opened).content.decode()
    assert order(html)
    assert f'href="{opened}?sort=newest" aria-current="true"' in html
    assert not order(camille.get(f"{opened}?sort=waiting").content.decode())
    first = world.conversation(world.claire(), subject="Ancienne bis").pk
    assert f"/conversations/{first}/?in=view-{view.pk}" in camille.get(opened).content.decode()
    assert 'value="newest" checked' in camille.get(f"/views/{view.pk}/", headers=HTMX).content.decode()
    for sort in ("waiting", "waiting", "<script>"):
        camille.post(f"/views/{view.pk}/", {"name": "Au fil de l’eau", "sort": sort}, headers=HTMX)
    assert not order(camille.get(opened).content.decode())
    verbs = list(Event.objects.filter(subject_type="view").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["view.created", "view.edited"]


def test_a_colleague_s_own_view_does_not_exist() -> None:
    view = View.objects.create(name="À Camille", agent=world.camille(), filters={})
    ines = world.client_for(world.owner())
    for address in (f"/views/{view.pk}/", f"/views/{view.pk}/removal/"):
        assert ines.post(address, {"name": "x"}, headers=HTMX).status_code == 404
    assert [row["name"] for row in kept()] == ["À Camille"]


@pytest.mark.parametrize("name", ["", "   ", "\r\n"])
def test_a_view_without_a_name_is_refused_in_words(camille: Client, name: str) -> None:
    answer = camille.post("/views/", {"in": "mine", "name": name}, headers=HTMX)
    assert answer.status_code == 422
    assert "Donnez-lui un nom." in answer.content.decode()
    assert kept() == []


def test_there_are_no_more_views_than_a_column_can_show() -> None:
    View.objects.bulk_create(View(name=f"Vue {n}", filters={}) for n in range(SHARED_LIMIT))
    answer = world.client_for(world.lead()).post("/views/", {"name": "De trop", "shared": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert View.objects.count() == SHARED_LIMIT


def test_a_list_that_is_not_there_cannot_be_kept(camille: Client) -> None:
    assert camille.post("/views/", {"in": "shop-999", "name": "x"}, headers=HTMX).status_code == 404
    assert kept() == []


def test_english(camille: Client) -> None:
    camille_row = world.camille()
    camille_row.language = "en"
    camille_row.save()
    assert "Save the view" in camille.get("/views/", headers=HTMX).content.decode()
