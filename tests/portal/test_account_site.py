"""The shop's own sign-in: its key in the settings, and the samples that the documentation gives to its programmers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from comptoir.core.models import Event, Shop
from comptoir.customers.models import SignInKey
from tests import world

pytestmark = pytest.mark.django_db
BASE = "/s/maison-alba/account/"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "account.md"
SAMPLES = dict(re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
PROGRAMS = {
    "python": ([sys.executable], "key = {key!r}\nemail = {email!r}\n{sample}\nprint(token)"),
    "js": (["node", "--input-type=module"], "const key = {key!r}, email = {email!r};\n{sample}\nconsole.log(token);"),
    "php": (["php"], "<?php $key = {key!r}; $email = {email!r};\n{sample}\necho $token;"),
}


def url(shop: Shop) -> str:
    return f"/settings/shops/{shop.pk}/sign-in/"


def key_of(owner: Client, shop: Shop) -> str:
    """Made by the button, read where it is shown."""
    assert owner.post(url(shop))["Location"] == url(shop)
    found = re.search(r'id="secret">([^<]+)<', owner.get(url(shop)).content.decode())
    assert found is not None
    return found[1]


def token_of(language: str, key: str) -> str:
    """What the documentation's sample makes of the key, for Claire."""
    command, frame = PROGRAMS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    program = frame.format(key=key, email="claire.vasseur@orange.example", sample=SAMPLES[language])
    done = subprocess.run(command, input=program, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_samples_of_the_documentation_open_the_account(client: Client, language: str) -> None:
    shop = world.order(world.claire()).shop
    token = token_of(language, key_of(world.client_for(world.owner()), shop))
    assert client.get(f"{BASE}enter/?token={token}")["Location"] == BASE
    assert "MA-24817" in client.get(BASE).content.decode()


def test_the_key_is_shown_once_made_anew_and_taken_away() -> None:
    shop, owner = world.order(world.claire()).shop, world.client_for(world.owner())
    assert "Créer une clé" in owner.get(url(shop)).content.decode()
    first = key_of(owner, shop)
    assert first not in owner.get(url(shop)).content.decode()
    assert first not in SignInKey.objects.get().secret
    token = token_of("python", first)
    second = key_of(owner, shop)
    assert second != first
    assert "why=site" in Client().get(f"{BASE}enter/?token={token}")["Location"]
    token = token_of("python", second)
    for _twice in range(2):
        owner.post(f"{url(shop)}removal/")
    assert not SignInKey.objects.exists()
    assert "why=site" in Client().get(f"{BASE}enter/?token={token}")["Location"]
    verbs = Event.objects.filter(verb__startswith="shop.signin").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["shop.signin_key_renewed"] * 2 + ["shop.signin_key_removed"]
    assert "a retiré la clé de connexion" in owner.get("/settings/journal/").content.decode()


def test_others_make_no_key() -> None:
    shop = world.shop()
    for agent in (world.camille(), world.lead()):
        client = world.client_for(agent)
        assert client.post(url(shop)).status_code in (403, 404)
        assert client.get(url(shop)).status_code in (403, 404)
    assert not SignInKey.objects.exists()
