"""What goes wrong with a parcel becomes one case that writes first; through the carrier's webhook and the mail's door."""

import json
import re
from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from comptoir.care import sweeps
from comptoir.care.actions import changes, incidents
from comptoir.care.actions.cases import close_case, open_case
from comptoir.care.actions.letters import write
from comptoir.care.actions.wishing import wish_for
from comptoir.care.models import Case, CaseKind, Incident
from comptoir.care.queries.letters import letter
from comptoir.conversations.models import Conversation, Delivery, Message
from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.customers.actions import erase, identify
from comptoir.customers.models import IdentityKind
from comptoir.orders.models import Connection, Order, Shipment
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def account() -> Connection:
    world.inbox()
    return Connection.objects.create(
        shop=world.shop(), port="carrier", vendor="simulator", name="Simulateur", active=True
    )


def parcel(order: Order | None = None, number: str = "6A1", **more) -> Shipment:
    values = {"state": "in_transit", "shipped_at": NOW - 60 * HOUR, "promised_on": (NOW - 24 * HOUR).date()} | more
    return Shipment.objects.create(order=order or world.order(), carrier="Colissimo", number=number, **values)


def happens(account: Connection, state: str, number: str = "6A1", ago: float = 0.1, origin: str = "live") -> None:
    """The carrier tells a step, and the house reacts."""
    from comptoir.orders.tracking.taking import take
    from comptoir.ports import registry

    step = {"at": (timezone.now() - ago * HOUR).isoformat(), "state": state, "text": state}
    body = json.dumps({"parcels": [{"number": number, "steps": [step]}]}).encode()
    take(account, registry.get("carrier", "simulator")({}).parse(body), origin=origin)
    run_jobs()


def mode(kind: str, how: str, **more) -> None:
    values = {"mode": how, "days": 3, "owner": None, "texts": {}} | more
    wish_for(world.shop(), kind, agent=world.lead(), **values)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("delayed", "late"), ("attempt_failed", "attempt"), ("returning", "returning"), ("returned", "returning"),
        ("lost", "lost"), ("exception", "exception"), ("customs", "customs"),
    ],
)  # fmt: skip
def test_trouble_becomes_a_case_with_a_clock_and_a_letter_to_confirm(account, state: str, kind: str) -> None:
    row = parcel()
    happens(account, state)
    case = Case.objects.get()
    assert (case.kind, case.shipment, case.letter, case.closed_at) == (kind, row, "proposed", None)
    assert (timezone.now() < case.due_at, case.claim_before) == (True, (NOW - 60 * HOUR + timedelta(days=21)).date())
    assert Message.objects.count() == 0


@pytest.mark.parametrize("state", ["in_transit", "out_for_delivery", "delivered", "unknown", "announced"])
def test_what_goes_well_opens_nothing(account, state: str) -> None:
    parcel(promised_on=None)
    happens(account, state)
    assert Case.objects.count() == 0


def test_imported_and_old_news_open_nothing(account) -> None:
    parcel()
    happens(account, "delayed", origin="import")
    happens(account, "lost", ago=24 * 9)
    assert (Case.objects.count(), Message.objects.count()) == (0, 0)


def test_a_parcel_has_one_case_whose_kind_only_gets_graver(account) -> None:
    parcel()
    happens(account, "delayed", ago=5)
    happens(account, "lost", ago=4)
    happens(account, "delayed", ago=3)
    assert list(Case.objects.values_list("kind", flat=True)) == ["lost"]
    assert list(Event.objects.filter(verb__startswith="case.").values_list("verb", flat=True)) == [
        "case.opened",
        "case.changed",
    ]


def test_delivered_closes_it(account) -> None:
    parcel()
    happens(account, "delayed", ago=5)
    happens(account, "delivered")
    assert Case.objects.get().closed_at is not None


def test_an_agent_confirms_and_the_customer_reads_it_in_their_language(account, client) -> None:
    parcel(url="https://example.org/6A1")
    happens(account, "attempt_failed")
    message = write(Case.objects.get(), agent=world.camille())
    assert message is not None
    assert (message.delivery, message.agent, message.automatic) == ("held", world.camille(), False)
    assert message.text.startswith("Bonjour Claire,")
    assert "MA-24817" in message.text
    assert "{{" not in message.text + message.subject
    link = re.search(r"/s/maison-alba/account/link/[^/\s]+/tracking/", message.text)
    assert link is not None  # our own page, which says why, and names the carrier's
    assert client.get(link[0])["Location"] == "/s/maison-alba/account/orders/MA-24817/tracking/"
    case = Case.objects.get()
    assert (case.letter, case.conversation.state, list(case.conversation.orders.all())) == (
        "sent",
        "pending",
        [case.order],
    )
    assert write(case, agent=world.camille()) is None
    assert Message.objects.count() == 1


def test_every_letter_is_whole_in_every_language() -> None:
    from comptoir.care.words import LANGUAGES

    row = parcel(relay={"name": "Tabac", "city": "Rezé", "until": "2026-12-09"})
    case = open_case(row, CaseKind.LATE, actor=SYSTEM)
    for language in LANGUAGES:
        row.order.identity.customer.language = language
        for kind in CaseKind.values:
            case.kind = kind
            told = letter(case)
            assert (told.language, "{{" in told.html + told.subject, len(told.subject) > 5) == (language, False, True)


def test_a_kind_that_is_switched_to_send_writes_by_itself_once(account, settings) -> None:
    mode("late", "send")
    parcel()
    happens(account, "delayed", ago=3)
    message = Message.objects.get()
    assert (message.automatic, message.agent, message.delivery) == (True, None, Delivery.SENT)
    happens(account, "in_transit", ago=2)
    happens(account, "delayed", ago=1)
    assert Message.objects.count() == 1


def test_a_kind_that_is_switched_off_opens_nothing(account) -> None:
    mode("late", "off")
    parcel()
    happens(account, "delayed")
    assert Case.objects.count() == 0


def test_the_shop_s_own_words_are_filled_and_escaped(account) -> None:
    mode(
        "late",
        "propose",
        texts={
            "fr": {
                "subject": "Retard <3 & {{ order.number }} {{ parcel.carrier }}",
                "body": "Cher client,\n{{ parcel.carrier }} <b>",
            }
        },
    )
    world.claire().customer.save()
    row = parcel()
    Shipment.objects.filter(pk=row.pk).update(carrier="<script>D & L’O</script>")
    happens(account, "delayed")
    message = write(Case.objects.get(), agent=world.camille())
    subject = "Retard <3 & MA-24817 <script>D & L’O</script>"  # a mail's subject is plain text
    assert (message.subject, "<script>" in message.html) == (subject, False)


def test_without_an_address_somebody_calls(account) -> None:
    phone = identify(IdentityKind.PHONE, "+33612345678", name="Denise Aubry")
    parcel(world.order(phone, "MA-30000"))
    happens(account, "delayed")
    assert Case.objects.get().letter == "call"
    assert write(Case.objects.get(), agent=world.camille()) is None


def test_the_customer_s_next_mail_lands_in_the_same_case(account) -> None:
    parcel()
    happens(account, "delayed")
    message = write(Case.objects.get(), agent=world.camille())
    arrives(world.inbox(), mail("Où est mon colis ?", subject="Ma commande"))
    arrives(world.inbox(), mail("Et maintenant ?", subject="Re", in_reply_to=f"<{message.message_id}>"))
    conversation = Case.objects.get().conversation
    assert (Conversation.objects.count(), conversation.messages.filter(kind="customer").count()) == (1, 2)
    assert conversation.state == "open"


def test_a_mail_about_another_order_begins_its_own_matter(account) -> None:
    parcel()
    happens(account, "delayed")
    write(Case.objects.get(), agent=world.camille())
    arrives(world.inbox(), mail("La commande MA-11111 est cassée", subject="Casse"))
    arrives(world.inbox(), mail("Bonjour", sender="Karim Benali <karim.benali@free.example>"))
    assert Conversation.objects.count() == 3


def test_the_matter_that_stands_open_is_written_into(account) -> None:
    row = parcel()
    standing = world.conversation()
    standing.orders.add(row.order)
    happens(account, "lost")
    write(Case.objects.get(), agent=world.camille())
    assert Case.objects.get().conversation == standing


def test_silence_and_the_last_days_at_the_relay_are_found_by_looking(account) -> None:
    silent = parcel(scanned_at=NOW - timedelta(days=4))
    parcel(world.order(number="MA-2"), "6A2", scanned_at=NOW - timedelta(days=1))
    until = (timezone.localdate() + timedelta(days=2)).isoformat()
    ending = parcel(world.order(number="MA-3"), "6A3", state="available_for_pickup", relay={"until": until})
    assert (sweeps.look_around(), sweeps.look_around()) == (2, 0)
    assert {(case.shipment, case.kind) for case in Case.objects.all()} == {(silent, "silent"), (ending, "pickup")}
    close_case(Case.objects.get(kind="silent"), actor=SYSTEM)
    assert sweeps.look_around() == 0  # what a person closed stays closed


def test_looking_costs_as_much_for_many_shops_as_for_one(account, django_assert_num_queries) -> None:
    for slug in ("rivage", "verger", "atelier"):
        wish_for(world.shop(slug), "silent", agent=world.lead(), mode="off", days=3, owner=None, texts={})
    order = world.order()
    Order.objects.filter(pk=order.pk).update(shop=world.shop("rivage"))
    order.refresh_from_db()
    parcel(order, scanned_at=NOW - timedelta(days=4))
    with django_assert_num_queries(4):
        assert sweeps.look_around() == 0  # who wishes no case of a kind gets none, whatever the others wish


def test_a_change_to_many_is_taken_back_whole(account) -> None:
    me = world.camille()
    for at in range(3):
        parcel(world.order(number=f"MA-{at}"), f"6A{at}")
        happens(account, "delayed", f"6A{at}")
    cases = list(Case.objects.all())
    for name in ("take", "write", "claim", "call", "close"):
        made = changes.change(me, name, list(Case.objects.filter(pk__in=[case.pk for case in cases])))
        assert len(made.before) == 3, name
        assert changes.undo(made, agent=me) == 3, name
        assert changes.undo(made, agent=me) == 0
    left = Case.objects.filter(owner=None, letter="proposed", claimed_at=None, closed_at=None, told=[])
    assert (left.count(), Message.objects.count()) == (3, 0)


def incident(parcels, **more) -> Incident:
    texts = {
        "fr": {
            "subject": "Tri à l’arrêt",
            "body": 'Bonjour{{ customer.first_name | default: "" }},\n{{ order.number }} sera là {{ date.expected }}.',
        }
    }
    plan = incidents.Plan(
        "Tri de Nantes à l’arrêt", "Colissimo", resumes_on=timezone.localdate() + timedelta(days=2), texts=texts
    )
    return incidents.begin(world.shop(), plan, parcels, agent=world.lead())


def test_an_incident_tells_everybody_once_and_ends_together(account) -> None:
    people = [identify(IdentityKind.EMAIL, f"c{at}@example.org", name="Léa Martin", language="fr") for at in range(4)]
    people.append(identify(IdentityKind.PHONE, "+33612345678", name="Denise"))
    rows = [parcel(world.order(who, f"MA-{at}"), f"6A{at}") for at, who in enumerate(people)]
    happens(account, "delayed", "6A0")
    made = incident(rows)
    assert Case.objects.filter(incident=made).count() == 5
    incidents.tell(made, agent=world.lead())
    run_jobs()
    assert Message.objects.filter(kind="reply").count() == 4
    told = Message.objects.filter(kind="reply").first()
    assert (
        told.subject,
        "Bonjour Léa" in told.text,
        str((timezone.localdate() + timedelta(days=2)).year) in told.text,
    ) == (
        "Tri à l’arrêt",
        True,
        True,
    )
    assert dict(Case.objects.values_list("letter").annotate(n=Count("pk"))) == {"sent": 4, "call": 1}
    incidents.tell(made, agent=world.lead())
    run_jobs()
    assert Message.objects.count() == 4
    happens(account, "delivered", "6A1")
    assert (incidents.end(made, agent=world.lead()), incidents.end(made, agent=world.lead())) == (4, 0)
    assert Case.objects.filter(closed_at=None).count() == 0


def test_an_incident_takes_no_parcel_of_another_shop(account) -> None:
    other = Order.objects.create(
        shop=world.shop("rivage"), identity=world.claire(), external_id="R1", number="R1", placed_at=NOW, total=1
    )
    assert incident([parcel(other)]).cases.count() == 0


def test_cases_are_handed_out_and_go_with_the_person(account) -> None:
    row = parcel()
    happens(account, "delayed")
    customer = row.order.identity.customer
    handed = erasure.export(customer.pk)
    assert [case["kind"] for case in handed["cases"]] == ["late"]
    erase(customer, actor=SYSTEM)
    assert Case.objects.count() == 0
    assert (
        open_case(Shipment.objects.select_related("order__shop", "order__identity__customer").get(pk=row.pk), "lost")
        is None
    )
