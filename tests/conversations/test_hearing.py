"""The language of each message, and the conversation that follows it."""

import pytest

from comptoir.conversations.actions.forms import FormRequest, receive_form
from comptoir.conversations.models import Conversation, InboxKind, Message
from comptoir.core.models import Event
from tests import world
from tests.mails import arrives, mail

pytestmark = pytest.mark.django_db
GERMAN = "Guten Tag, mein Paket ist immer noch nicht angekommen. Wo bleibt es denn?"
FRENCH = "Bonjour, je n’ai toujours pas reçu mon colis. Où est-il donc ?"


def test_a_mail_tells_the_language_whatever_its_header_says() -> None:
    arrives(world.inbox(), mail(GERMAN, content_language="en-US"))
    conversation, message = Conversation.objects.get(), Message.objects.get()
    assert (message.language, conversation.language, conversation.identity.customer.language) == ("de", "de", "de")


def test_the_conversation_follows_its_customer_and_a_thank_you_changes_nothing() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(FRENCH, message_id="first@orange.example"))
    thread = {"subject": "Re: Colis", "in_reply_to": "<first@orange.example>"}
    arrives(inbox, mail("ok merci", **thread))
    arrives(inbox, mail(GERMAN, **thread))
    arrives(inbox, mail("OK, danke!", **thread))
    conversation = Conversation.objects.get()
    assert list(conversation.messages.values_list("language", flat=True)) == ["fr", "fr", "de", "de"]
    assert (conversation.language, conversation.identity.customer.language) == ("de", "fr")


def test_neither_a_machine_nor_somebody_else_changes_the_conversations_language() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(FRENCH, message_id="first@orange.example", cc="Jan <jan@kunde.example>"))
    thread = {"subject": "Re: Colis", "in_reply_to": "<first@orange.example>"}
    arrives(inbox, mail(GERMAN, sender="Jan <jan@kunde.example>", **thread))
    arrives(inbox, mail(GERMAN, auto_submitted="auto-replied", **thread))
    conversation = Conversation.objects.get()
    assert conversation.language == "fr"
    assert list(conversation.messages.values_list("language", flat=True)) == ["fr", "de", "de"]


def test_a_short_stranger_leaves_the_language_open() -> None:
    arrives(world.inbox(), mail("MA-24817", subject="?"))
    conversation = Conversation.objects.get()
    assert (conversation.language, conversation.identity.customer.language) == ("", "")


def test_a_quote_does_not_count_and_html_does() -> None:
    made = mail("")
    made.set_content(f"<p>{GERMAN}</p>", subtype="html")
    arrives(world.inbox(), made)
    quoted = f"C’est bon, je viens de le recevoir, tout va bien.\n\nLe 3 mai 2026 à 10:00, Alba a écrit :\n> {GERMAN}\n> {GERMAN}"
    arrives(world.inbox(), mail(quoted, sender="Lou <lou@free.example>"))
    assert list(Message.objects.order_by("pk").values_list("language", flat=True)) == ["de", "fr"]


def test_a_form_on_a_french_page_may_be_german() -> None:
    box = world.inbox(InboxKind.FORM)
    message = receive_form(box, FormRequest("jo@kunde.example", GERMAN, "key-1", language="fr"))
    short = receive_form(box, FormRequest("li@kunde.example", "Merci", "key-2", language="fr"))
    assert (message.language, message.conversation.language) == ("de", "de")
    assert (short.language, short.conversation.language) == ("fr", "fr")


def test_the_thread_names_a_language_only_where_it_differs() -> None:
    inbox = world.inbox()
    arrives(inbox, mail(FRENCH, message_id="first@orange.example"))
    conversation = Conversation.objects.get()
    camille, page = world.client_for(world.camille()), f"/conversations/{conversation.pk}/"
    assert "Langue d" not in camille.get(page).content.decode()
    arrives(inbox, mail(GERMAN, subject="Re: Colis", in_reply_to="<first@orange.example>"))
    html = camille.get(page).content.decode()
    assert '<span title="Langue de la conversation">Allemand</span>' in html
    assert html.count("Langue de ce message") == 1  # the French one
    assert Event.objects.filter(verb="conversation.language").count() == 0


def test_whoever_writes_in_a_language_that_we_do_not_answer_in_is_found_by_it() -> None:
    arrives(world.inbox(), mail("Hej, jeg har stadig ikke modtaget min pakke. Hvornår kommer den?"))
    conversation, camille = Conversation.objects.get(), world.client_for(world.camille())
    assert conversation.language == "da"
    for asked in ("langue:danois", "language:danish", "langue:da"):
        assert f"/conversations/{conversation.pk}/" in camille.get("/search/results/", {"q": asked}).content.decode(), (
            asked
        )
