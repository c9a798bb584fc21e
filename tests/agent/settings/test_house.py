"""Shops, teams, people, hours, words, switches and the journal."""

import pytest
from django.test import Client

from comptoir.core import access
from comptoir.core.models import Agent, AgentSession, Event, Installation, Schedule, Shop, Team
from comptoir.customers.models import Tag
from tests import world

pytestmark = pytest.mark.django_db
SHOP = {
    "name": "Rivage",
    "language": "fr",
    "timezone": "Europe/Paris",
    "country": "fr",
    "currency": "eur",
    "accent": "#1d6b55",
    "accent_dark": "#6cc4a5",
}


def ines() -> Client:
    return world.client_for(world.owner())


def test_shops_show_numbers_as_one_reads_them() -> None:
    world.shop(phone="+33240123456")
    assert "02 40 12 34 56" in world.client_for(world.owner()).get("/settings/shops/").content.decode()


def test_a_shop_is_opened_and_changed() -> None:
    client = ines()
    assert client.post("/settings/shops/new/", {**SHOP, "host": "Aide.Rivage.example"}).status_code == 302
    shop = Shop.objects.get(slug="rivage")
    assert (shop.host, shop.country, shop.currency) == ("aide.rivage.example", "FR", "EUR")
    assert client.post("/settings/shops/new/", SHOP).status_code == 422  # the short name is taken
    other = {**SHOP, "slug": "autre"}
    assert client.post("/settings/shops/new/", {**other, "host": "aide.rivage.example"}).status_code == 422
    assert client.post("/settings/shops/new/", {**other, "host": "évil/../x"}).status_code == 422
    assert (
        client.post(f"/settings/shops/{shop.pk}/", {**SHOP, "slug": "rivage", "phone": "02 40 00 00 00"}).status_code
        == 302
    )
    assert Event.objects.filter(verb="shop.edited").count() == 1


@pytest.mark.parametrize("colours", [{"accent": "#f0c040"}, {"accent_dark": "#303030"}, {"accent": "red"}])
def test_a_colour_that_cannot_be_read_is_refused(colours: dict[str, str]) -> None:
    assert ines().post("/settings/shops/new/", {**SHOP, **colours}).status_code == 422
    assert not Shop.objects.filter(slug="rivage").exists()


def test_colours_and_order_numbers_are_tried_before_they_are_saved() -> None:
    client = ines()
    page = client.get("/settings/shops/colours/", {"accent": "#f0c040", "accent_dark": "#6cc4a5"}).content.decode()
    assert "il faut 4,5" in page
    found = client.get("/settings/shops/pattern/", {"order_pattern": r"MA-\d{5}", "sentence": "où est MA-24817 ?"})
    assert "MA-24817" in found.content.decode()
    for bad in ("MA-(", "(a+)+b", ".*"):
        assert (
            "notice bad"
            in client.get("/settings/shops/pattern/", {"order_pattern": bad, "sentence": "a" * 40}).content.decode()
        )


def test_a_team_has_members_and_goes_unless_a_manager_needs_it() -> None:
    client, camille, yann = ines(), world.camille(), world.store_manager()
    client.post("/settings/teams/new/", {"name": "SAV", "kind": "team", "members": [camille.pk]})
    team = Team.objects.get(name="SAV")
    assert list(team.agents.all()) == [camille]
    client.post(f"/settings/teams/{team.pk}/", {"name": "Service client", "kind": "team", "members": []})
    team.refresh_from_db()
    assert (team.name, team.agents.count()) == ("Service client", 0)
    client.post(f"/settings/teams/{team.pk}/deletion/")
    assert not Team.objects.filter(pk=team.pk).exists()
    client.post(f"/settings/teams/{yann.teams.get().pk}/deletion/")
    assert yann.teams.count() == 1


def person(who: Agent, **more: object) -> dict[str, object]:
    return {
        "name": who.name,
        "email": who.email,
        "role": who.role,
        "every_shop": "on" if who.every_shop else "",
        **more,
    }


def test_the_last_owner_stays_one() -> None:
    client, owner = ines(), world.owner()
    assert client.post(f"/settings/agents/{owner.pk}/", person(owner, role="lead")).status_code == 422
    client.post(f"/settings/agents/{owner.pk}/activity/", {"active": "0"})
    invited = Agent.objects.create(email="new@x.example", name="Nouvelle", role="owner", password="!")
    assert client.post(f"/settings/agents/{owner.pk}/", person(owner, role="lead")).status_code == 422
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)
    invited.set_password(world.PASSWORD)
    invited.save()
    assert client.post(f"/settings/agents/{owner.pk}/", person(owner, role="lead")).status_code == 302
    owner.refresh_from_db()
    assert owner.role == "lead"
    assert client.get("/settings/agents/").status_code == 403  # at once


def test_a_closed_account_is_out_at_once() -> None:
    client, camille = ines(), world.camille()
    hers = world.client_for(camille)
    assert hers.get("/account/").status_code == 200
    client.post(f"/settings/agents/{camille.pk}/activity/", {"active": "0"})
    assert hers.get("/account/").status_code == 302
    assert AgentSession.objects.filter(agent=camille).count() == 0
    client.post(f"/settings/agents/{camille.pk}/activity/", {"active": "1"})
    assert Client().post("/signin/", {"email": camille.email, "password": world.PASSWORD}).status_code == 302


def test_a_role_and_a_place_change_what_is_seen() -> None:
    client, camille, rivage = ines(), world.camille(), world.shop("rivage")
    nowhere = client.post(f"/settings/agents/{camille.pk}/", person(camille))
    assert nowhere.status_code == 422  # no shop at all
    assert client.post(f"/settings/agents/{camille.pk}/", person(camille, shops=[rivage.pk])).status_code == 302
    assert list(access.shops(Agent.objects.get(pk=camille.pk))) == [rivage]
    assert client.post(f"/settings/agents/{camille.pk}/", person(camille, role="store", shops=[])).status_code == 422
    taken = client.post(
        f"/settings/agents/{camille.pk}/", person(camille, email="INES@maison-alba.example", every_shop="on")
    )
    assert taken.status_code == 422


HOURS = {
    "name": "Atelier",
    "zone": "Europe/Paris",
    "from0": ["09:30", "14:00"],
    "to0": ["12:30", "18:30"],
    "closed": "2026-12-25",
}


def test_hours_have_split_shifts_and_closed_days() -> None:
    client = ines()
    assert client.post("/settings/hours/new/", HOURS).status_code == 302
    schedule = Schedule.objects.get()
    assert schedule.hours["week"][0] == [["09:30", "12:30"], ["14:00", "18:30"]]
    assert schedule.hours["closed"] == ["2026-12-25"]
    overlap = {**HOURS, "from0": ["09:30", "12:00"]}
    assert client.post(f"/settings/hours/{schedule.pk}/", overlap).status_code == 422
    assert client.post(f"/settings/hours/{schedule.pk}/", {**HOURS, "closed": "demain"}).status_code == 422
    schedule.refresh_from_db()
    assert schedule.hours["week"][0] == [["09:30", "12:30"], ["14:00", "18:30"]]
    client.post(f"/settings/hours/{schedule.pk}/deletion/")
    assert Schedule.objects.count() == 0


def test_tags_are_renamed_everywhere_and_taken_off() -> None:
    client = ines()
    client.post("/settings/tags/", {"tag-name": "fidèle", "tag-tone": "ok"})
    tag = Tag.objects.get()
    who = world.claire().customer
    who.tags.add(tag)
    client.post(f"/settings/tags/{tag.pk}/", {f"tag{tag.pk}-name": "très fidèle", f"tag{tag.pk}-tone": ""})
    assert [found.name for found in who.tags.all()] == ["très fidèle"]
    assert client.post("/settings/tags/", {"tag-name": "TRÈS fidèle"}).status_code == 422
    client.post(f"/settings/tags/{tag.pk}/deletion/")
    assert who.tags.count() == 0


def test_one_switch_pauses_all_and_every_page_says_so() -> None:
    client = ines()
    client.post("/settings/sending/pause/", {"paused": "1"})
    assert Installation.current().automatic_sending_paused
    assert "Envois automatiques en pause" in client.get("/account/").content.decode()
    client.post("/settings/sending/pause/", {"paused": "0"})
    assert "Envois automatiques en pause" not in client.get("/account/").content.decode()
    assert Event.objects.filter(subject_type="installation").count() == 2


def test_the_journal_reads_as_sentences_page_by_page() -> None:
    client, camille = ines(), world.camille()
    for n in range(55):
        client.post("/settings/tags/", {"tag-name": f"étiquette {n}"})
    client.post(f"/settings/agents/{camille.pk}/", person(camille, name="Camille R.", every_shop="on"))
    first = client.get("/settings/journal/").content.decode()
    assert "Inès Caron a modifié le compte de Camille R." in first
    assert "<del>Camille Roussel</del>" in first
    assert "étiquette 10" in first
    assert "étiquette 2<" not in first
    more = first.split('hx-get="')[1].split('"')[0]
    rest = client.get(f"/settings/journal/{more}", headers={"HX-Request": "true"}).content.decode()
    assert "étiquette 2<" in rest
    assert "<html" not in rest
    only = client.get("/settings/journal/", {"subject": "agent", "person": world.owner().pk}).content.decode()
    assert "étiquette" not in only.split('journal">')[1]
