"""The story of a late parcel: its case writes first, the customer's mails land in it, and the page behind the letter's
link says what happens."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from comptoir.adapters.carriers import simulator
from comptoir.care.actions.wishing import wish_for
from comptoir.care.models import Case
from comptoir.core.keys import encrypt
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind
from comptoir.orders.models import Connection, Shipment
from tests import world
from tests.e2e import serving
from tests.e2e.conftest import Running
from tests.e2e.post_office import PASSWORD, PostOffice, account_of, dovecot, letter, post, post_office

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(serving.chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(dovecot() is None, reason="no Dovecot on this machine"),
]
SHOP, EMMA, PARCEL = "bonjour@maison-alba.example", "emma.clarke@mail.example", "6A12345678901"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The post office, with the shop's account connected to it."""
    with post_office() as opened:
        secrets = encrypt(f'{{"imap_password": "{PASSWORD}"}}')
        world.inbox(adapter="email", settings=account_of(opened, SHOP), secrets=secrets)
        yield opened


@pytest.fixture
def parcel() -> Shipment:
    """Emma's parcel, promised for yesterday; the simulated carrier has been saying for a minute that it is late."""
    emma = identify(IdentityKind.EMAIL, EMMA, name="Emma Clarke", language="en")
    now, today = timezone.now(), timezone.localdate()
    made = Shipment.objects.create(
        order=world.order(
            emma, address={"name": "Emma Clarke", "city": "Nantes", "postcode": "44000", "country": "FR"}
        ),
        carrier="Colissimo",
        number=PARCEL,
        state="in_transit",
        shipped_at=now - timedelta(hours=78),
        promised_on=today - timedelta(days=1),
        estimated_on=today + timedelta(days=2),
    )
    Connection.objects.create(shop=world.shop(), port="carrier", vendor="simulator", name="Simulateur", active=True)
    wish_for(world.shop(), "late", agent=world.lead(), mode="send", days=0, owner=None, texts={})
    began = now - timedelta(hours=84, minutes=1)  # « late » says so after 84 hours
    play = simulator.Play("late", began.isoformat(), now.isoformat())
    simulator.write(Path(settings.ENVIRONMENT.home), {PARCEL: play})
    return made


def first_letter(office: PostOffice, seconds: float = 60) -> EmailMessage:
    """What lies in Emma's mailbox, once it is there."""
    end = time.monotonic() + seconds
    while not (found := office.mails(EMMA)):
        assert time.monotonic() < end, "nobody wrote to Emma"
        time.sleep(0.1)
    [only] = found
    return only  # type: ignore[return-value]  # the modern policy makes it


def test_a_late_parcel_writes_first_and_takes_the_answers(
    office: PostOffice, parcel: Shipment, running: Callable[..., Running]
) -> None:
    house = running("worker", "mail")

    # The carrier is asked, the case opened, and Emma told in her language, before she asks.
    told = first_letter(office)
    text = told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert told["Subject"] == "Your parcel is running late"
    for words in ("Hello Emma,", "MA-24817", "Colissimo"):
        assert words in text

    # The agent has the case in the queue, told; her answer and then a new mail come in while they look.
    page = house.console(world.camille(), "/parcels/")
    row = page.get_by_role("row").filter(has_text="MA-24817")
    expect(row).to_contain_text(PARCEL)
    row.get_by_role("link", name="Prévenu").click()
    main, beside = page.get_by_role("main"), page.get_by_role("complementary", name="Fiche client")
    expect(main.get_by_text("Your order MA-24817 is running late").last).to_be_visible()
    expect(beside).to_contain_text(PARCEL)
    expect(beside).to_contain_text("En retard")
    sender = f"Emma Clarke <{EMMA}>"
    post(office, letter(sender, SHOP, "Re: Your parcel", "Thank you for telling me.", In_Reply_To=told["Message-ID"]))
    expect(main.get_by_text("Thank you for telling me.").last).to_be_visible()
    post(office, letter(sender, SHOP, "A question", f"Can my neighbour take {PARCEL}?", Message_ID="<q2@mail.example>"))
    expect(main.get_by_text("Can my neighbour take").last).to_be_visible()
    case = Case.objects.get()
    assert (case.kind, case.shipment, case.letter, case.closed_at) == ("late", parcel, "sent", None)
    assert case.conversation is not None
    assert list(world.Conversation.objects.values_list("pk", "state")) == [(case.conversation.pk, "open")]
    assert [m.kind for m in case.conversation.messages.order_by("pk")] == ["reply", "customer", "customer"]

    # The letter's link opens the way of her parcel, which says why it is late and when it comes.
    [link] = re.findall(r"/s/maison-alba/account/link/\S+", text)
    hers = house.open(house.context(phone=True), f"{link}?lang=en")
    shown = hers.get_by_role("main")
    expect(shown).to_contain_text("3 days late")
    expect(shown).to_contain_text("Why it is late")
    expect(shown).to_contain_text("The carrier announces a delay")
    expect(shown).to_contain_text(PARCEL)
    assert house.complaints == []
