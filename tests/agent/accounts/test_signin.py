"""Coming in and going out, through the door."""

import time

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from comptoir.core import accounts, keys
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Agent, AgentSession, Event, Installation
from tests import world

pytestmark = pytest.mark.django_db
SIGN_IN = "/signin/"


def signs_in(client: Client, email: str, password: str = world.PASSWORD, **more: str) -> int:
    return client.post(SIGN_IN, {"email": email, "password": password, **more}).status_code


def in_two_steps(who: Agent) -> tuple[pyotp.TOTP, list[str]]:
    secret = accounts.start_second_factor(who)
    totp = pyotp.TOTP(secret)
    codes = accounts.confirm_second_factor(who, totp.at(time.time() - 30), session_key="")
    who.refresh_from_db()
    return totp, codes


def test_the_right_password_opens_a_listed_session_under_a_fresh_key() -> None:
    camille, client = world.camille(), Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    client.get(SIGN_IN)
    answer = client.post(SIGN_IN, {"email": " CAMILLE@maison-alba.example", "password": world.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    session = AgentSession.objects.get(agent=camille)
    assert session.device == "Firefox · Windows"
    assert session.network_address == "127.0.0.1"
    assert client.session.session_key == session.session_key
    assert client.get(reverse("account")).status_code == 200
    assert Event.objects.filter(verb="agent.signed_in", actor_id=camille.pk).count() == 1


@pytest.mark.parametrize("email", ["camille@maison-alba.example", "nobody@maison-alba.example"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(email: str) -> None:
    world.camille()
    client = Client()
    answer = client.post(SIGN_IN, {"email": email, "password": "not-this-one"})
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.content.decode()
    assert AgentSession.objects.count() == 0


def test_closed_and_invited_accounts_stay_outside() -> None:
    camille = world.camille()
    Agent.objects.filter(pk=camille.pk).update(is_active=False)
    assert signs_in(Client(), camille.email) == 422
    invited = accounts.invite(
        "new@maison-alba.example", "Nouvelle", accounts.Place("agent"), language="fr", actor=SYSTEM
    )
    assert signs_in(Client(), invited.email, "") == 422
    assert signs_in(Client(), invited.email, invited.password) == 422
    assert AgentSession.objects.count() == 0


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/signin/", "evil"]
)
def test_next_leads_nowhere_else(wanted: str) -> None:
    who = world.camille()
    answer = Client().post(SIGN_IN, {"email": who.email, "password": world.PASSWORD, "next": wanted})
    assert answer.headers["Location"] == "/"


def test_next_leads_back_to_the_page_that_was_asked() -> None:
    who, client = world.camille(), Client()
    asked = client.get("/account/security/?x=1")
    assert asked.headers["Location"] == "/signin/?next=%2Faccount%2Fsecurity%2F%3Fx%3D1"
    answer = client.post(SIGN_IN, {"email": who.email, "password": world.PASSWORD, "next": "/account/security/?x=1"})
    assert answer.headers["Location"] == "/account/security/?x=1"


def test_a_fragment_of_a_stranger_is_a_401_that_says_so() -> None:
    answer = Client().get("/account/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (401, "signedout")
    assert Client().post("/account/away/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


def test_sign_in_is_refused_without_the_forms_proof() -> None:
    who, client = world.camille(), Client(enforce_csrf_checks=True)
    assert signs_in(client, who.email) == 403
    assert AgentSession.objects.count() == 0


def test_guessing_is_slowed_down_and_a_known_browser_still_comes_in() -> None:
    ines = world.owner()
    known = Client()
    assert signs_in(known, ines.email) == 302
    known.post("/signout/")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    answers = [signs_in(stranger, ines.email, f"guess-{n}") for n in range(21)]
    assert answers == [422] * 20 + [429]
    assert signs_in(stranger, ines.email) == 429  # even with the right password
    assert signs_in(Client(REMOTE_ADDR="203.0.113.10"), ines.email) == 429
    assert signs_in(known, ines.email) == 302


def test_one_network_address_cannot_try_everybody() -> None:
    world.camille()
    client = Client(REMOTE_ADDR="203.0.113.9")
    answers = [signs_in(client, f"someone-{n}@maison-alba.example", "x") for n in range(61)]
    assert answers[59:] == [422, 429]
    assert signs_in(Client(REMOTE_ADDR="203.0.113.10"), "camille@maison-alba.example") == 302


def test_the_second_factor_is_asked_and_a_code_is_good_once() -> None:
    camille = world.camille()
    totp, _ = in_two_steps(camille)
    client = Client()
    first = client.post(SIGN_IN, {"email": camille.email, "password": world.PASSWORD, "next": "/account/"})
    assert first.headers["Location"] == "/signin/code/?next=%2Faccount%2F"
    assert client.get("/account/").status_code == 302  # the password alone opens nothing
    assert AgentSession.objects.count() == 0
    code = totp.now()
    assert client.post("/signin/code/", {"code": code, "next": "/account/"}).headers["Location"] == "/account/"
    other = Client()
    signs_in(other, camille.email)
    assert other.post("/signin/code/", {"code": code}).status_code == 422
    assert other.get("/account/").status_code == 302
    assert AgentSession.objects.count() == 1


def test_codes_cannot_be_guessed_through() -> None:
    camille = world.camille()
    totp, _ = in_two_steps(camille)
    client = Client()
    signs_in(client, camille.email)
    answers = [client.post("/signin/code/", {"code": "000000"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.post("/signin/code/", {"code": totp.now()}).status_code == 429
    assert AgentSession.objects.count() == 0


def test_a_recovery_code_comes_in_once() -> None:
    camille = world.camille()
    _, codes = in_two_steps(camille)
    assert len(codes) == 10
    assert not any(code.replace("-", "") in str(camille.recovery_codes) for code in codes)
    client, again = Client(), Client()
    signs_in(client, camille.email)
    assert client.post("/signin/code/", {"code": codes[3].upper()}).status_code == 302
    signs_in(again, camille.email)
    assert again.post("/signin/code/", {"code": codes[3]}).status_code == 422
    camille.refresh_from_db()
    assert len(camille.recovery_codes) == 9


def test_the_code_page_without_a_password_goes_back() -> None:
    assert Client().get("/signin/code/").headers["Location"] == "/signin/"
    assert Client().post("/signin/code/", {"code": "123456"}).headers["Location"] == "/signin/"


def test_signing_out_ends_the_session_and_wants_a_post() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    assert client.get("/signout/").status_code == 405
    assert client.post("/signout/").headers["Location"] == "/signin/"
    assert AgentSession.objects.count() == 0
    assert client.get("/account/").status_code == 302


def test_whoever_must_have_a_second_factor_sets_it_up_first() -> None:
    Installation.objects.update_or_create(pk=1, defaults={"two_factor_required": True})
    camille = world.camille()
    client = world.client_for(camille)
    assert client.get("/account/").headers["Location"] == "/account/security/two-factor/"
    fragment = client.get("/account/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/account/security/two-factor/"
    page = client.get("/account/security/two-factor/").content.decode()
    camille.refresh_from_db()
    secret = keys.decrypt(camille.totp_secret)
    assert secret not in camille.totp_secret
    assert "<svg" in page
    assert client.post("/account/security/two-factor/", {"code": "000000"}).status_code == 422
    done = client.post("/account/security/two-factor/", {"code": pyotp.TOTP(secret).now()})
    assert done.content.decode().count("<li>") == 10
    assert client.get("/account/").status_code == 200
    client.post("/account/security/two-factor/removal/", {"password": world.PASSWORD})
    camille.refresh_from_db()
    assert camille.two_factor
