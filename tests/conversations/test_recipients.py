"""Whom an answer goes to: a mail arrives, its page is opened, the answer is sent, and what left is looked at.

Zero added, zero dropped. Ours are bonjour@, its alias contact@, and bonjour@rivage.example of the other shop; camille@
is an agent's own address. An answer without the copies goes to the same To, with nobody in copy.
"""

import re
from email.utils import getaddresses
from html import unescape

import pytest
from django.utils import timezone

from comptoir.conversations.actions.answering import Written, forward, reply
from comptoir.conversations.actions.delivering import deliver
from comptoir.conversations.actions.opening import reachable
from comptoir.conversations.models import Conversation, Inbox, Message, MessageKind
from comptoir.core.events import ensure_partitions
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.ports.channel import OutgoingMessage
from tests import world
from tests.conversations.conftest import SENT
from tests.mails import arrives
from tests.work import run_jobs

pytestmark = pytest.mark.django_db

US, CLAIRE, MARC = "bonjour@maison-alba.example", "claire.vasseur@orange.example", "marc@orange.example"
TABLE = {
    # --- one customer, one of our addresses
    "to us alone": ("From: {claire}; To: {us}", CLAIRE, ""),
    "our name beside our address": ("From: {claire}; To: Maison Alba <{us}>", CLAIRE, ""),
    "our address in capitals": ("From: {claire}; To: BONJOUR@Maison-Alba.Example", CLAIRE, ""),
    "our alias": ("From: {claire}; To: contact@maison-alba.example", CLAIRE, ""),
    "our alias and our address": ("From: {claire}; To: {us}; Cc: contact@maison-alba.example", CLAIRE, ""),
    "a plus-address of ours": ("From: {claire}; To: bonjour+retours@maison-alba.example", CLAIRE, ""),
    "a plus-address of our alias in copy": ("From: {claire}; To: {us}; Cc: contact+vip@maison-alba.example", CLAIRE, ""),
    "another shop's inbox in copy": ("From: {claire}; To: {us}; Cc: bonjour@rivage.example", CLAIRE, ""),
    "another shop's plus-address": ("From: {claire}; To: {us}, bonjour+x@rivage.example", CLAIRE, ""),
    "blind copy to us, sent to nobody": ("From: {claire}; To: undisclosed-recipients:;", CLAIRE, ""),
    "blind copy to us, sent to Marc": ("From: {claire}; To: {marc}; Delivered-To: {us}", CLAIRE, MARC),
    "no To at all": ("From: {claire}", CLAIRE, ""),
    "the sender in capitals": ("From: Claire <Claire.VASSEUR@Orange.Example>; To: {us}", CLAIRE, ""),
    "the sender's own plus-address": ("From: claire+alba@orange.example; To: {us}", "claire+alba@orange.example", ""),
    # --- others in To and Cc
    "someone in copy": ("From: {claire}; To: {us}; Cc: {marc}", CLAIRE, MARC),
    "someone beside us in To": ("From: {claire}; To: {us}, {marc}", CLAIRE, MARC),
    "To and Cc": ("From: {claire}; To: {us}, {marc}; Cc: lea@free.example", CLAIRE, f"{MARC} lea@free.example"),
    "the same person in To and Cc": ("From: {claire}; To: {us}, {marc}; Cc: MARC@orange.example", CLAIRE, MARC),
    "the same person twice": ("From: {claire}; To: {us}; Cc: Marc <{marc}>, marc@ORANGE.example", CLAIRE, MARC),
    "the sender puts themselves in copy": ("From: {claire}; To: {us}; Cc: {claire}", CLAIRE, ""),
    "two addresses of one customer": ("From: {claire}; To: {us}; Cc: claire@work.example", CLAIRE, "claire@work.example"),
    "names with commas": ('From: {claire}; To: {us}; Cc: "Petit, Marc" <{marc}>', CLAIRE, MARC),
    "a group": ("From: {claire}; To: {us}; Cc: Amis: {marc}, lea@free.example;", CLAIRE, f"{MARC} lea@free.example"),
    "an empty group beside us": ("From: {claire}; To: {us}; Cc: undisclosed-recipients:;", CLAIRE, ""),
    "someone at our own domain who is no inbox": (
        "From: {claire}; To: {us}; Cc: atelier@maison-alba.example", CLAIRE, "atelier@maison-alba.example",
    ),
    "an agent in copy": ("From: {claire}; To: {us}; Cc: camille@maison-alba.example", CLAIRE, "camille@maison-alba.example"),
    "a broken address in copy": ("From: {claire}; To: {us}; Cc: marc(at)orange, {marc}", CLAIRE, MARC),
    "an accented domain": ("From: {claire}; To: {us}; Cc: léa@mañana.example", CLAIRE, "léa@mañana.example"),
    # --- Reply-To
    "a Reply-To": ("From: {claire}; To: {us}; Reply-To: maman@free.example", "maman@free.example", ""),
    "a Reply-To that is From": ("From: {claire}; To: {us}; Reply-To: {claire}", CLAIRE, ""),
    "a Reply-To that is ourselves": ("From: {claire}; To: {us}; Reply-To: {us}", CLAIRE, ""),
    "a Reply-To that is our plus-address": ("From: {claire}; To: {us}; Reply-To: bonjour+a@maison-alba.example", CLAIRE, ""),
    "a Reply-To with ourselves and another": ("From: {claire}; To: {us}; Reply-To: {us}, {marc}", MARC, ""),
    "two in Reply-To": ("From: {claire}; To: {us}; Reply-To: {claire}, {marc}", f"{CLAIRE} {MARC}", ""),
    "Reply-To and a copy": ("From: {claire}; To: {us}; Cc: {marc}; Reply-To: maman@free.example", "maman@free.example", MARC),
    "Reply-To who is in copy too": ("From: {claire}; To: {us}; Cc: {marc}; Reply-To: {marc}", MARC, ""),
    "an empty Reply-To": ("From: {claire}; To: {us}; Reply-To: ", CLAIRE, ""),
    "a Reply-To that is no address": ("From: {claire}; To: {us}; Reply-To: support", CLAIRE, ""),
    # --- machines in between
    "a no-reply sender with a person behind it": ("From: no-reply@box.example; To: {us}; Reply-To: {claire}", CLAIRE, ""),
    "a no-reply sender alone": ("From: noreply@box.example; To: {us}", "noreply@box.example", ""),
    "our own form": ("From: {us}; To: {us}; Reply-To: {claire}", CLAIRE, ""),
    "Sender is a service": ("From: {claire}; Sender: bounce@mailer.example; To: {us}", CLAIRE, ""),
    # --- lists, forwards, redirects
    "a list that answers to itself": (
        "From: {claire}; To: club@list.example; List-Id: <club.list.example>; Reply-To: club@list.example; Delivered-To: {us}",
        CLAIRE, "club@list.example",
    ),
    "a list by its List-Post": (
        "From: {claire}; To: club@list.example; List-Post: <mailto:club@list.example>; Reply-To: club@list.example",
        CLAIRE, "club@list.example",
    ),
    "our own group that writes in our name": (
        "From: Claire via Contact <contact@maison-alba.example>; To: contact@maison-alba.example; "
        "X-Original-From: Claire <{claire}>; List-Id: <contact.maison-alba.example>",
        CLAIRE, "",
    ),
    "an old address that Gmail forwards": (
        "From: {claire}; To: vieille@gmail.example; X-Forwarded-For: vieille@gmail.example {us}; Delivered-To: {us}",
        CLAIRE, "",
    ),
    "an alias that only our server knows": ("From: {claire}; To: sav@maison-alba.example; X-Original-To: sav@maison-alba.example", CLAIRE, ""),
    "an agent who redirects": (
        "From: {claire}; To: camille@maison-alba.example; Resent-From: camille@maison-alba.example; Resent-To: {us}",
        CLAIRE, "",
    ),
    "someone else's mailbox that redirects": ("From: {claire}; To: {marc}; Delivered-To: {marc}; Resent-To: {us}", CLAIRE, MARC),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


@pytest.fixture
def box() -> Inbox:
    """Ours, an alias, the other shop's, and two agents."""
    world.inbox(of=world.shop("rivage"))
    world.camille()
    return world.inbox(aliases=["contact@maison-alba.example"])


def raw(headers: str, *, key: str = "q1", text: str = "Bonjour ?", **places: str) -> bytes:
    """A mail out of "Name: value; Name: value" ("; " parts headers, ";" alone belongs to one)."""
    filled = headers.format(claire=CLAIRE, marc=MARC, us=US, **places)
    lines = [*re.split(r"; (?=[A-Z][\w-]*:)", filled), f"Message-ID: <{key}@orange.example>", "Subject: Colis"]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text, ""]).encode()


def composed(key: int) -> dict[str, list[str]]:
    """What the fields of the answer's form hold, as the page shows them, and who the button of all takes in."""
    page = (
        world.client_for(world.camille()).get(f"/conversations/{key}/", headers={"HX-Target": "main"}).content.decode()
    )
    form = page[page.index('data-kind="reply"') :]
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in ("to", "cc", "bcc")}
    found["all"] = re.search(r'data-reply-all="([^"]*)"', form)
    return {name: [unescape(match[1])] if match and match[1] else [] for name, match in found.items()}


def emails(header: list[str]) -> list[str]:
    return [email for _name, email in getaddresses(header)]


def sends(row: Conversation, fields: dict[str, list[str]]) -> OutgoingMessage:
    """The form as it stands is sent, whatever the console asks before; the mail that leaves."""
    values: dict[str, object] = {name: fields[name][0] if fields[name] else "" for name in ("to", "cc", "bcc")}
    browser = world.client_for(world.camille())
    answer = browser.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Oui</p>", **values})
    if answer.status_code == 422:
        values["warned"] = re.findall(r'name="warned" value="([^"]*)"', unescape(answer.content.decode()))
        answer = browser.post(f"/conversations/{row.pk}/replies/", {"body": "<p>Oui</p>", **values})
    assert answer.status_code == 200, answer.content.decode()
    message = row.messages.filter(kind=MessageKind.REPLY).latest("pk")
    Message.objects.filter(pk=message.pk).update(delivery="queued", due_at=None)
    deliver(message_id=message.pk)
    return SENT[-1]


@pytest.mark.parametrize(("headers", "to", "cc"), TABLE.values(), ids=TABLE.keys())
def test_an_answer_goes_to_exactly_who_it_should(headers: str, to: str, cc: str, box: Inbox) -> None:
    arrives(box, raw(headers))
    row = Conversation.objects.get()
    fields = composed(row.pk)
    assert (emails(fields["to"]), emails(fields["cc"]), fields["bcc"]) == (to.split(), cc.split(), [])
    assert emails(fields["all"]) == cc.split()
    left = sends(row, fields)
    assert [address.email for address in left.to] == to.split()
    assert [address.email for address in left.cc] == cc.split()
    assert left.bcc == ()


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 40


def test_without_the_copies_it_goes_to_the_sender_alone(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}; Cc: {marc}"))
    row = Conversation.objects.get()
    left = sends(row, composed(row.pk) | {"cc": []})
    assert ([address.email for address in left.to], left.cc) == ([CLAIRE], ())
    assert emails(composed(row.pk)["cc"]) == []  # one more goes to the same people


def test_who_left_the_copy_is_left_out_and_who_came_is_in(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}; Cc: {marc}"))
    arrives(box, raw("From: {claire}; To: {us}; Cc: lea@free.example; In-Reply-To: <q1@orange.example>", key="q2"))
    [row] = Conversation.objects.all()
    assert emails(composed(row.pk)["cc"]) == ["lea@free.example"]


def test_who_answers_from_the_copy_is_answered(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}; Cc: {marc}"))
    arrives(box, raw("From: {marc}; To: {us}; Cc: {claire}; In-Reply-To: <q1@orange.example>", key="q2"))
    [row] = Conversation.objects.all()
    fields = composed(row.pk)
    assert (emails(fields["to"]), emails(fields["cc"])) == ([MARC], [CLAIRE])


def test_a_second_answer_goes_to_the_people_of_the_first(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}"))
    row = Conversation.objects.get()
    written = Written("<p>Avec Marc</p>", to=[{"email": CLAIRE}], cc=[{"email": MARC}])
    reply(row, written, agent=world.camille())
    fields = composed(row.pk)
    assert (emails(fields["to"]), emails(fields["cc"])) == ([CLAIRE], [MARC])


def test_a_forward_to_someone_else_changes_nobody(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}"))
    row = Conversation.objects.get()
    forward(row, Written("<p>?</p>", to=[{"email": "relais@carrier.example"}]), agent=world.camille(), messages=[])
    assert emails(composed(row.pk)["to"]) == [CLAIRE]


def test_a_colleague_s_word_in_the_thread_does_not_take_the_customer_s_place(box: Inbox) -> None:
    box.settings = {"trusted_servers": "mx.maison-alba.example"}
    arrives(box, raw("From: {claire}; To: {us}"))
    row = Conversation.objects.get()
    world.message(row, "Je m’en occupe", sender={"email": "camille@maison-alba.example"}, flags=["colleague"])
    assert emails(composed(row.pk)["to"]) == [CLAIRE]


def test_an_automatic_answer_in_the_thread_does_not_take_the_customer_s_place(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}; Cc: {marc}"))
    away = "From: {marc}; To: {us}; Subject: Absent; Auto-Submitted: auto-replied; In-Reply-To: <q1@orange.example>"
    arrives(box, raw(away, key="q2"))
    [row] = Conversation.objects.all()
    fields = composed(row.pk)
    assert (emails(fields["to"]), emails(fields["cc"])) == ([CLAIRE], [MARC])


def test_the_customer_s_other_address_is_answered_where_it_wrote(box: Inbox) -> None:
    arrives(box, raw("From: {claire}; To: {us}"))
    row = Conversation.objects.get()
    other = world.karim()
    other.customer = row.identity.customer
    other.save()
    arrives(box, raw("From: karim.benali@free.example; To: {us}; In-Reply-To: <q1@orange.example>", key="q2"))
    assert emails(composed(row.pk)["to"]) == ["karim.benali@free.example"]
    run_jobs()


def test_who_has_no_address_of_their_own_is_written_to_at_one_that_they_proved() -> None:
    person = identify(IdentityKind.SHOP, "501", name="Claire", shop=world.shop())
    for value, proved in (("typed@example.org", None), ("proved@example.org", timezone.now())):
        Identity.objects.create(customer=person.customer, kind=IdentityKind.EMAIL, value=value, verified_at=proved)
    found = reachable(person)
    assert found is not None
    assert found.value == "proved@example.org"
