"""Mail that needs no answer, what agents teach about it, forms and forwards: mail in, pages and rows out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.models import Conversation, Inbox, Message, SenderLesson, State
from comptoir.conversations.personal import erase
from comptoir.core.actors import SYSTEM
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Event
from comptoir.customers.actions import block, identify
from comptoir.lib.mail import forms, forwarded, purpose
from comptoir.lib.mail.parse import parse
from comptoir.portal.account.mine import shown_of
from tests import world
from tests.mails import arrives, mail

pytestmark = pytest.mark.django_db
US, CLAIRE = "bonjour@maison-alba.example", "claire.vasseur@orange.example"


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


@pytest.fixture
def box() -> Inbox:
    return world.inbox()


@pytest.fixture
def camille() -> Client:
    return world.client_for(world.camille())


@pytest.fixture
def htmx() -> dict[str, str]:
    return {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/team/"}


def only() -> Conversation:
    return Conversation.objects.get()


# ---- no answer expected


MACHINES = {
    "newsletter": ("News <news@shop.example>", "Nos nouveautés", {"List_Unsubscribe": "<https://x.example/u>"}),
    "list": ("Bob <bob@club.example>", "[club] Réunion", {"List_Id": "Club <club.list.example>"}),
    "order": ("noreply@maison-alba.example", "Nouvelle commande #1042", {}),
    "carrier": ("noreply@chronopost.fr", "Votre envoi XY123 est livré", {}),
    "marketplace": ("donotreply@amazon.fr", "Vous avez un versement", {}),
    "receipt": ("no-reply@stripe.example", "Your receipt from Alba", {}),
    "robot": ("no-reply@outil.example", "Mise à jour", {}),
    "away": ("Bob <bob@orange.example>", "Réponse automatique : absent", {"Auto_Submitted": "auto-replied"}),
}


@pytest.mark.parametrize(("reason", "sender", "subject", "headers"), [(k, *v) for k, v in MACHINES.items()])
def test_machines_wait_for_nobody(reason: str, sender: str, subject: str, headers: dict[str, str], box: Inbox) -> None:
    arrives(box, mail("Bonjour", sender=sender, subject=subject, **headers))
    row = only()
    assert (row.state, row.quiet_reason, row.waiting_since) == (State.QUIET, reason, None)


PEOPLE = {
    "a question about an order": ("Claire <claire@orange.example>", "Nouvelle commande ?", {}),
    "a question about an invoice": ("compta@client.example", "Votre facture n° 12", {}),
    "a buyer through a marketplace": ("x1y2@marketplace.amazon.fr", "Question", {"Precedence": "bulk"}),
    "a customer through our own group": ("Claire <claire@orange.example>", "Colis", {"List_Id": "<contact.maison-alba.example>"}),
    "someone behind a no-reply sender": ("noreply@avis.example", "Message", {"Reply_To": "claire@orange.example"}),
    "Outlook's own marks": ("Claire <claire@orange.example>", "Colis", {"X_Auto_Response_Suppress": "DR, RN"}),
}  # fmt: skip


@pytest.mark.parametrize(("sender", "subject", "headers"), PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_s_mail_never_vanishes(sender: str, subject: str, headers: dict[str, str], box: Inbox) -> None:
    arrives(box, mail("Où est ma facture ?", sender=sender, subject=subject, **headers))
    assert only().state == State.OPEN


def test_an_office_s_invoice_with_its_pdf_waits_for_nobody_and_a_question_does(box: Inbox) -> None:
    for text in ("Veuillez trouver ci-joint notre facture.", "Veuillez trouver ci-joint la facture. Est-elle juste ?"):
        made = mail(text, sender="Compta <compta@fournisseur.example>", subject="Facture 77")
        made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="f.pdf")
        arrives(box, made)
    states = list(Conversation.objects.order_by("pk").values_list("state", "quiet_reason"))
    assert states == [(State.QUIET, purpose.INVOICE), (State.OPEN, "")]


def test_the_view_shows_it_with_its_number_and_its_page_says_why(box: Inbox, camille: Client) -> None:
    arrives(box, mail("Bonjour", sender="news@shop.example", subject="Promo", list_unsubscribe="<https://x.example/u>"))
    page = camille.get("/inbox/quiet/").content.decode()
    assert "Promo" in page
    assert "Promo" not in camille.get("/inbox/team/").content.decode()
    assert "<span>Sans réponse attendue</span><b>1</b>" in page
    shown = camille.get(f"/conversations/{only().pk}/").content.decode()
    assert "Classé sans réponse attendue\u202f: lettre d’information ou envoi en nombre." in shown


def test_an_answer_in_its_thread_brings_it_back(box: Inbox) -> None:
    headers = {"list_unsubscribe": "<https://x.example/u>"}
    arrives(box, mail("Promo", sender="news@shop.example", message_id="n1@shop.example", **headers))
    arrives(box, mail("Et mon colis ?", sender="news@shop.example", in_reply_to="<n1@shop.example>"))
    row = only()
    assert (row.state, row.waiting_since is not None, row.message_count) == (State.OPEN, True, 2)


def test_one_key_corrects_the_guess_and_teaches_it_both_ways(box: Inbox, camille: Client, htmx: dict[str, str]) -> None:
    headers = {"list_unsubscribe": "<https://x.example/u>"}
    arrives(box, mail("Une offre", sender="pro@shop.example", **headers))
    row = only()
    page = f"/conversations/{row.pk}/expectation/"
    assert 'data-key="q"' in camille.get(f"/conversations/{row.pk}/").content.decode()
    camille.post(page, {"expects": "1"}, headers=htmx)
    row.refresh_from_db()
    assert (row.state, row.waiting_since) == (State.OPEN, row.messages.get().created_at)
    lessons = set(SenderLesson.objects.values_list("sender", "kind", "expects"))
    assert lessons == {("pro@shop.example", "", True), ("shop.example", "newsletter", True)}
    arrives(box, mail("Encore", sender="autre@shop.example", **headers))
    assert Conversation.objects.latest("pk").state == State.OPEN
    camille.post(page, {"expects": ""}, headers=htmx)
    arrives(box, mail("Toujours", sender="pro@shop.example", **headers))
    assert Conversation.objects.latest("pk").state == State.QUIET
    verbs = Event.objects.filter(verb__startswith="conversation.").order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if "ed" in verb][-2:] == ["conversation.expected", "conversation.quieted"]


def test_a_person_is_taught_by_address_alone(box: Inbox, camille: Client, htmx: dict[str, str]) -> None:
    arrives(box, mail("Rapport du mois", sender="Léa <lea@agence.example>"))
    camille.post(f"/conversations/{only().pk}/expectation/", {"expects": ""}, headers=htmx)
    assert list(SenderLesson.objects.values_list("sender", "kind", "expects")) == [("lea@agence.example", "", False)]
    arrives(box, mail("Rapport", sender="lea@agence.example"))
    arrives(box, mail("Bonjour", sender="max@agence.example"))
    states = list(Conversation.objects.order_by("pk").values_list("state", "quiet_reason"))
    assert states[1:] == [(State.QUIET, purpose.TAUGHT), (State.OPEN, "")]


def test_mail_older_than_the_start_stays_closed_and_blocked_senders_spam(box: Inbox) -> None:
    box.read_from = timezone.localdate()
    box.save()
    old = mail("x", sender="news@shop.example", precedence="bulk")
    arrives(box, old, received_at=timezone.now() - timedelta(days=3))
    block(identify("email", "pub@shop.example"), actor=SYSTEM)
    arrives(box, mail("x", sender="pub@shop.example", precedence="bulk"))
    assert list(Conversation.objects.order_by("pk").values_list("state", flat=True)) == [State.CLOSED, State.SPAM]


# ---- forms


FORMS = [
    ("WordPress <wordpress@maison-alba.example>", "Nom : Léa Petit\nE-mail : lea@free.example\nMessage : Bonjour", "Léa Petit"),
    ("noreply@shopify.com", "Name:\nLéa Petit\n\nEmail:\nlea@free.example\n\nBody:\nHello", ""),
    (US, "Prénom: Léa\nNom: Petit\nAdresse e-mail: lea@free.example\nVotre message: ...", "Léa Petit"),
    ("form@jotform.com", "Name: Léa Petit\nE-Mail-Adresse: lea@free.example\nNachricht: Hallo", "Léa Petit"),
    ("no-reply@wix.com", "Nombre: Léa Petit\nCorreo electrónico: lea@free.example", "Léa Petit"),
    ("mailer@maison-alba.example", "Nome e cognome: Léa Petit\nIndirizzo email: lea@free.example", "Léa Petit"),
    ("wordpress@site.example", "Naam: Léa Petit\nE-mailadres: lea@free.example", "Léa Petit"),
    ("wordpress@site.example", "Nome: Léa Petit\nEndereço de e-mail: lea@free.example", "Léa Petit"),
    ("wordpress@site.example", "Imię i nazwisko: Léa Petit\nAdres e-mail: lea@free.example", "Léa Petit"),
    ("wordpress@site.example", "Namn: Léa Petit\nE-postadress: lea@free.example", "Léa Petit"),
    ("wordpress@site.example", "De : Léa Petit <lea@free.example>\nObjet : Colis\n\nBonjour", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "text", "name"), FORMS)
def test_a_form_s_fields_name_the_shopper(sender: str, text: str, name: str) -> None:
    found = forms.shopper(parse(mail(text, sender=sender).as_bytes()), {US}.__contains__)
    assert found == forms.Shopper("lea@free.example", name)


@pytest.mark.parametrize(
    "text", ["Bonjour", "E-mail : bonjour@maison-alba.example", "E-mail : noreply@x.example", "E-mail :", "x" * 90_000]
)
def test_a_text_that_names_nobody_names_nobody(text: str) -> None:
    assert forms.shopper(parse(mail(text, sender="wordpress@site.example").as_bytes()), {US}.__contains__) is None


def test_an_ordinary_sender_is_no_form_whatever_their_text_says() -> None:
    made = mail("E-mail : lea@free.example", sender="Bob <bob@free.example>", reply_to="lea@free.example")
    assert forms.shopper(parse(made.as_bytes()), {US}.__contains__) is None


def test_a_form_s_mail_is_the_shopper_s_own_matter_unproved(box: Inbox, camille: Client) -> None:
    world.claire()
    arrives(box, mail("Un mot", sender=f"Boutique <{US}>", to=US, reply_to=f"Claire <{CLAIRE}>"))
    row = only()
    message = row.messages.get()
    assert (row.identity, row.state, row.customer_name) == (world.claire(), State.OPEN, "Claire Vasseur")
    assert message.sender == {"email": CLAIRE, "name": "Claire"}
    assert {"contact_form", "unproved_sender"} <= set(message.flags)
    assert row.waiting_since is not None
    page = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "l’adresse est celle que le visiteur a donnée, rien ne la prouve" in page


def test_a_form_joins_no_thread_of_another(box: Inbox) -> None:
    arrives(box, mail("Bonjour", message_id="q1@orange.example"))
    form = mail("Envoyez-le ici", sender=US, to=US, reply_to=CLAIRE, in_reply_to="<q1@orange.example>")
    arrives(box, form)
    assert Conversation.objects.count() == 2


# ---- forwards


FORWARDS = {
    "gmail fr": "Pour toi\n\n---------- Forwarded message ---------\nDe : Léa Petit <lea@free.example>\nDate: lun. 23 nov. 2026 à 10:00\nSubject: Colis\nTo: <inès@maison-alba.example>\n\nOù est-il ?",
    "outlook fr": "De : Léa Petit <lea@free.example>\nEnvoyé : lundi 23 novembre 2026 10:00\nÀ : Inès\nObjet : Colis\n\nOù est-il ?",
    "outlook en": "FYI\n\n________________________________\nFrom: Léa Petit <lea@free.example>\nSent: Monday, November 23, 2026\nTo: Ines\nSubject: Colis\n\nOù est-il ?",
    "apple fr": "Début du message réexpédié :\n\n> De: Léa Petit <lea@free.example>\n> Objet: Colis\n> Date: 23 novembre 2026\n> À: bonjour\n>\n> Où est-il ?",
    "thunderbird": "-------- Message transféré --------\nSujet : Colis\nDe : Léa Petit <lea@free.example>\nDate : 23/11/2026\nPour : bonjour\n\nOù est-il ?",
    "de": "Von: Léa Petit <lea@free.example>\nGesendet: Montag\nAn: Ines\nBetreff: Colis\n\nOù est-il ?",
    "es": "De: Léa Petit <lea@free.example>\nEnviado: lunes\nPara: Ines\nAsunto: Colis\n\nOù est-il ?",
    "it": "Da: Léa Petit <lea@free.example>\nInviato: lunedì\nA: Ines\nOggetto: Colis\n\nOù est-il ?",
    "nl": "Van: Léa Petit <lea@free.example>\nVerzonden: maandag\nAan: Ines\nOnderwerp: Colis\n\nOù est-il ?",
    "pt": "De: Léa Petit <lea@free.example>\nEnviado: segunda\nPara: Ines\nAssunto: Colis\n\nOù est-il ?",
    "pl": "Od: Léa Petit <lea@free.example>\nWysłano: poniedziałek\nDo: Ines\nTemat: Colis\n\nOù est-il ?",
    "sv": "Från: Léa Petit <lea@free.example>\nSkickat: måndag\nTill: Ines\nÄmne: Colis\n\nOù est-il ?",
}  # fmt: skip


@pytest.mark.parametrize("text", FORWARDS.values(), ids=FORWARDS.keys())
def test_who_wrote_what_was_forwarded(text: str) -> None:
    found = forwarded.in_text(text)
    assert found is not None
    assert (found.sender.email, found.sender.name, found.subject) == ("lea@free.example", "Léa Petit", "Colis")
    assert found.text == "Où est-il ?"


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour",
        "De : Léa\nObjet : x\nDate : y",
        "From: me\n" * 900,
        "Subject: a\nTo: b@x.example",
        "De : lea@free.example",
    ],
)
def test_what_is_no_forward_names_nobody(text: str) -> None:
    assert forwarded.in_text(text) is None


def test_a_colleague_s_forward_becomes_the_customer_s_by_one_click_and_back(
    box: Inbox, camille: Client, htmx: dict[str, str]
) -> None:
    world.camille()
    text = FORWARDS["gmail fr"]
    arrives(box, mail(text, sender="Camille <camille@maison-alba.example>", subject="Fwd: Colis"))
    row = only()
    message = row.messages.get()
    address = f"/conversations/{row.pk}/messages/{message.pk}/original/"
    shown = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "Le vrai client est <b>lea@free.example</b>." in shown
    assert address in shown
    before = (row.identity_id, row.customer_name, row.subject, message.text, message.sender)
    camille.post(address, {"use": "1"}, headers=htmx)
    row.refresh_from_db()
    message.refresh_from_db()
    assert (row.identity.value, row.customer_name, row.subject, row.preview) == (
        "lea@free.example",
        "Léa Petit",
        "Colis",
        "Où est-il ?",
    )
    assert (message.text, message.sender["email"]) == ("Où est-il ?", "lea@free.example")
    assert "Pour toi" in message.full_text
    assert "original_author" in message.flags
    page = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert 'name="to" value="&quot;Léa Petit&quot; &lt;lea@free.example&gt;"' in page
    assert Event.objects.filter(verb="conversation.original_used", subject_id=row.pk).exists()
    camille.post(address, {"use": "1"}, headers=htmx)  # twice changes nothing
    camille.post(address, {"use": ""}, headers=htmx)
    row.refresh_from_db()
    message.refresh_from_db()
    assert (row.identity_id, row.customer_name, row.subject, message.text, message.sender) == before
    assert Event.objects.filter(verb="conversation.original_left").count() == 1


def test_an_attached_mail_names_its_author(box: Inbox) -> None:
    made = mail("Voir ci-joint", sender=f"Boutique <{US}>", to=US)
    made.add_attachment(mail("Où est mon colis ?"))
    arrives(box, made)
    kept = Message.objects.get().forwarded
    assert (kept["email"], kept["text"]) == (CLAIRE, "Où est mon colis ?")


def test_a_customer_s_forward_of_someone_else_offers_nothing(box: Inbox, camille: Client) -> None:
    arrives(box, mail(FORWARDS["de"], subject="Fwd: Ihr Paket"))
    assert Message.objects.get().forwarded == {}
    assert "Le vrai client" not in camille.get(f"/conversations/{only().pk}/").content.decode()


def test_erasing_forgets_the_lesson_and_the_offer(box: Inbox) -> None:
    arrives(box, mail(FORWARDS["de"], sender=f"Boutique <{US}>", to=US))
    author = identify("email", "lea@free.example")
    SenderLesson.objects.create(inbox=box, sender="lea@free.example", expects=False, taught_at=timezone.now())
    erase(author.customer_id)
    assert Message.objects.get().forwarded == {}
    assert not SenderLesson.objects.exists()


def test_the_command_bar_does_it_too_and_a_colleague_s_words_stay_the_team_s(
    box: Inbox, camille: Client, htmx: dict[str, str]
) -> None:
    arrives(box, mail("Rapport du mois", sender="Léa <lea@agence.example>"))
    row = only()
    for deed, state in (("quiet", State.QUIET), ("expected", State.OPEN)):
        camille.post("/search/deeds/", {"conversation": row.pk, "do": deed, "value": ""}, headers=htmx)
        row.refresh_from_db()
        assert row.state == state
    world.message(row, "Fais un geste", flags=["colleague"])
    assert [message.text for message in shown_of(row)] == ["Rapport du mois"]
