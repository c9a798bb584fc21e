"""The words of an acknowledgement, in nine languages: that the message is here, and when somebody answers it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from comptoir.lib.dates.hours import OpeningHours
from comptoir.lib.dates.human import clock

WHEN = "{quand}"  # where the shop's own text says when somebody answers


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says; `closed` has {day} and {time}, `opened` has {time}."""

    name: str
    text: str
    closed: str
    opened: str


WORDS = {
    "fr": Words(
        "Français",
        "Bonjour,\n\nNous avons bien reçu votre message. {quand}\n\nInutile d’écrire à nouveau\u202f: répondez à ce message "
        "si vous voulez ajouter quelque chose.",
        "Nous sommes fermés\u202f: réponse {day} à partir de {time}.",
        "Notre équipe répond aujourd’hui jusqu’à {time}.",
    ),
    "en": Words(
        "English",
        "Hello,\n\nWe have received your message. {quand}\n\nThere is no need to write again: reply to this message if you "
        "want to add something.",
        "We are closed: you will hear from us on {day} from {time}.",
        "Our team answers today until {time}.",
    ),
    "de": Words(
        "Deutsch",
        "Guten Tag,\n\nwir haben Ihre Nachricht erhalten. {quand}\n\nSie brauchen nicht noch einmal zu schreiben: Antworten Sie "
        "auf diese Nachricht, wenn Sie etwas ergänzen möchten.",
        "Wir haben geschlossen: Antwort {day} ab {time}.",
        "Unser Team antwortet heute bis {time}.",
    ),
    "es": Words(
        "Español",
        "Hola:\n\nHemos recibido su mensaje. {quand}\n\nNo hace falta que escriba de nuevo: responda a este mensaje si desea "
        "añadir algo.",
        "Estamos cerrados: le respondemos el {day} a partir de las {time}.",
        "Nuestro equipo responde hoy hasta las {time}.",
    ),
    "it": Words(
        "Italiano",
        "Buongiorno,\n\nabbiamo ricevuto il Suo messaggio. {quand}\n\nNon occorre scrivere di nuovo: risponda a questo messaggio "
        "se desidera aggiungere qualcosa.",
        "Siamo chiusi: risposta {day} a partire dalle {time}.",
        "Il nostro team risponde oggi fino alle {time}.",
    ),
    "nl": Words(
        "Nederlands",
        "Goedendag,\n\nWe hebben uw bericht ontvangen. {quand}\n\nU hoeft niet opnieuw te schrijven: beantwoord dit bericht als u "
        "iets wilt toevoegen.",
        "We zijn gesloten: antwoord op {day} vanaf {time}.",
        "Ons team antwoordt vandaag tot {time}.",
    ),
    "pt": Words(
        "Português",
        "Olá,\n\nRecebemos a sua mensagem. {quand}\n\nNão é preciso escrever de novo: responda a esta mensagem se quiser "
        "acrescentar algo.",
        "Estamos fechados: resposta {day} a partir das {time}.",
        "A nossa equipa responde hoje até às {time}.",
    ),
    "pl": Words(
        "Polski",
        "Dzień dobry,\n\nOtrzymaliśmy Państwa wiadomość. {quand}\n\nNie trzeba pisać ponownie: aby coś dodać, wystarczy "
        "odpowiedzieć na tę wiadomość.",
        "Obecnie nie pracujemy. Odpowiemy: {day}, od godziny {time}.",
        "Nasz zespół odpowiada dziś do godziny {time}.",
    ),
    "sv": Words(
        "Svenska",
        "Hej!\n\nVi har tagit emot ditt meddelande. {quand}\n\nDu behöver inte skriva igen: svara på det här meddelandet om du vill "
        "lägga till något.",
        "Vi har stängt: svar {day} från {time}.",
        "Vårt team svarar i dag till {time}.",
    ),
}


def language_of(wanted: str, shop: str) -> str:
    """The language that is wanted, the shop's when none is; English when it has no words."""
    code = (wanted or shop)[:2].lower()
    return code if code in WORDS else "en"


def when(hours: OpeningHours | None, at: datetime, language: str) -> str:
    """When somebody answers, as an honest sentence; "" when nobody has said it."""
    if hours is None:
        return ""
    words = WORDS[language]
    if hours.is_open(at):
        closes = hours.closes_at(at)
        return words.opened.format(time=_time(closes, language, hours.zone)) if closes else ""
    opens = hours.next_opening(at)
    if opens is None:
        return ""
    return words.closed.format(day=_day(opens, at, language, hours.zone), time=_time(opens, language, hours.zone))


def text(own: str, hours: OpeningHours | None, at: datetime, language: str) -> str:
    """The whole text: the shop's own for that language, else ours."""
    said = (own.strip() or WORDS[language].text).replace(WHEN, when(hours, at, language))
    return "\n".join(line.rstrip() for line in said.splitlines()).strip()


def _time(at: datetime, language: str, zone: str) -> str:
    return clock(at, language, zone)


def _day(at: datetime, now: datetime, language: str, zone: str) -> str:
    """« lundi », with the date beyond a week."""
    local = at.astimezone(ZoneInfo(zone)).date()
    near = local - now.astimezone(ZoneInfo(zone)).date() < timedelta(days=7)
    return format_date(local, "EEEE" if near else "EEEE d MMMM", locale=language)
