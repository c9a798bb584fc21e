"""The channel page: provider filled in, the domain's records explained, signatures written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from comptoir.conversations.models import DomainCheck, Inbox, RawMessage, Signature
from tests import world
from tests.adapters.naming import Zone, name_server

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Zone]:
    with name_server() as zone:
        yield zone


@pytest.fixture
def zone(running: Zone, settings: Any) -> Zone:
    running.records.clear()
    running.asked.clear()
    settings.DNS_SERVERS = (running.server,)
    return running


def mailbox() -> Inbox:
    return world.inbox(adapter="email")


def test_a_new_mailbox_begins_with_its_provider_s_servers(zone: Zone) -> None:
    zone.records["maison-alba.example", "MX"] = ["1 spool.mail.gandi.net."]
    values = {"name": "Bonjour", "shop": world.shop().pk, "address": "bonjour@maison-alba.example", "adapter": "email"}
    owner = world.client_for(world.owner())
    page = owner.post("/settings/channels/new/?kind=email", values, follow=True).content.decode()
    box = Inbox.objects.get(name="Bonjour")
    assert (box.settings["provider"], box.settings["imap_host"]) == ("gandi", "mail.gandi.net")
    assert 'value="mail.gandi.net"' in page
    assert '<option value="gandi" selected>' in page


def test_another_provider_fills_in_its_servers_and_keeps_the_rest(zone: Zone) -> None:
    box, owner = mailbox(), world.client_for(world.owner())
    box.settings = {"imap_folder": "SAV", "imap_host": "ancien.example"}
    box.save()
    owner.post(f"/settings/channels/{box.pk}/provider/", {"provider": "ovh"})
    box.refresh_from_db()
    assert (box.settings["imap_host"], box.settings["imap_folder"]) == ("ssl0.ovh.net", "SAV")
    assert box.settings["limit_hour"] == "200"
    owner.post(f"/settings/channels/{box.pk}/provider/", {"provider": "microsoft"})
    page = owner.get(f"/settings/channels/{box.pk}/").content.decode()
    assert "Microsoft Entra" in page
    answer = owner.post(f"/settings/channels/{box.pk}/provider/", {"provider": "find"}, follow=True)
    assert "n’ont pas été trouvés" in answer.content.decode()
    owner.post(f"/settings/channels/{box.pk}/provider/", {"provider": "<script>"})
    box.refresh_from_db()
    assert box.settings["imap_host"] == "outlook.office365.com"


def test_the_domain_is_judged_in_words_with_the_record_to_add(zone: Zone) -> None:
    box, owner = mailbox(), world.client_for(world.owner())
    box.settings = {"provider": "ovh"}
    box.save()
    zone.txt("maison-alba.example", "v=spf1 include:mx.ovh.com +all")
    page = owner.post(f"/settings/channels/{box.pk}/domain/", headers={"HX-Request": "true"}).content.decode()
    assert "SPF laisse passer tout le monde" in page
    assert "v=spf1 include:mx.ovh.com ~all" in page
    assert "DKIM\u202f: on ne sait pas" in page
    assert "v=DMARC1; p=none; rua=mailto:dmarc@maison-alba.example" in page
    raw = (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=Maison-Alba.example;\r\n\ts=Cle2026; h=from; b=x=\r\n"
        b"From: Camille <camille@maison-alba.example>\r\nTo: bonjour@maison-alba.example\r\n\r\nEssai"
    )
    RawMessage.objects.create(inbox=box, source_key="1:1", sha256="0" * 64, content=raw, size=len(raw))
    zone.txt("cle2026._domainkey.maison-alba.example", "v=DKIM1; p=" + "QUFB" * 90)
    zone.txt("maison-alba.example", "v=spf1 include:mx.ovh.com ~all")
    zone.txt("mx.ovh.com", "v=spf1 ip4:192.0.2.1 -all")
    owner.post(f"/settings/channels/{box.pk}/domain/")
    page = owner.get(f"/settings/channels/{box.pk}/").content.decode()
    assert "sélecteur cle2026, vu dans votre propre courrier" in page
    assert "a le droit d’écrire en votre nom" in page
    assert DomainCheck.objects.get().domain == "maison-alba.example"
    english = world.owner()
    english.language = "en"
    english.save()
    assert "Your sending server may write in your name" in owner.get(f"/settings/channels/{box.pk}/").content.decode()


def test_what_is_published_is_never_markup(zone: Zone) -> None:
    box, owner = mailbox(), world.client_for(world.owner())
    zone.txt("maison-alba.example", "v=spf1 <script>alert(1)</script> +all")
    page = owner.post(f"/settings/channels/{box.pk}/domain/", headers={"HX-Request": "true"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_domain_of_the_provider_is_not_ours_to_set() -> None:
    box = mailbox()
    box.address = "maisonalba@orange.fr"
    box.save()
    page = world.client_for(world.owner()).get(f"/settings/channels/{box.pk}/").content.decode()
    assert "C’est celui de votre fournisseur" in page
    assert "check-domain" not in page


def test_the_owner_writes_a_shop_s_words_and_everybody_their_own() -> None:
    shop, owner, camille = world.shop(), world.client_for(world.owner()), world.client_for(world.camille())
    place = f"/settings/signatures/one/?own=0&shop={shop.pk}&language=en"
    assert camille.get(place).status_code == 403
    assert camille.post(place, {"signature": "<p>x</p>"}).status_code == 403
    assert owner.post(place, {"signature": "<p>{{ shop.name }}</p>"}).status_code == 302
    assert camille.post("/settings/signatures/one/", {"signature": "<p>{{ agent.first_name }}</p>"}).status_code == 302
    assert Signature.objects.count() == 2
    wrong = camille.post("/settings/signatures/one/", {"signature": "<p>{{ agent.firstname }}</p>"})
    assert wrong.status_code == 422
    assert "{{ agent.first_name }}" in wrong.content.decode()
    assert "{{ agent.firstname }}" in wrong.content.decode()  # what was typed is kept
    shown = camille.post(
        "/settings/signatures/preview/", {"signature": "<p>{{ agent.first_name }}, {{ shop.name }}</p>"}
    )
    assert "Camille, Maison Alba" in shown.content.decode()
    listed = camille.get("/settings/signatures/").content.decode()
    assert "{{ agent.first_name }}" in listed
    assert "{{ shop.name }}" not in listed
    rivage = world.shop("rivage")
    assert camille.get(f"/settings/signatures/one/?own=1&shop={rivage.pk}").status_code == 404
    assert owner.get("/settings/signatures/one/?own=0&language=xx").status_code == 404
    assert owner.get("/settings/signatures/one/?own=1&shop=99999999999999999999").status_code == 404
    assert world.client_for(world.reader()).get("/settings/signatures/").status_code == 403


def test_the_check_has_its_date(zone: Zone) -> None:
    box = mailbox()
    DomainCheck.objects.create(domain="maison-alba.example", findings=[], checked_at=timezone.now())
    assert "Revérifier" in world.client_for(world.owner()).get(f"/settings/channels/{box.pk}/").content.decode()
