"""A gentle checklist: greeting, a word of empathy for a complaint, closing, one way of addressing. Nine languages."""

import re
from dataclasses import dataclass

from comptoir.lib.text import unaccent
from comptoir.lib.writing.greeting import OPENING

FORMAL, INFORMAL = "formal", "informal"

_CLOSING = """cordialement|bien a vous|bien cordialement|belle journee|bonne journee|bonne soiree|belle soiree|bon week|a bientot|a votre disposition
|au plaisir|merci encore|amicalement|chaleureusement|sinceres salutations|respectueusement|excellente journee|bien a toi|a tres vite
|kind regards|best regards|warm regards|best wishes|all the best|sincerely|yours|have a nice|have a lovely|have a great|many thanks|take care|cheers
|freundlichen grussen|freundliche grusse|liebe grusse|beste grusse|viele grusse|herzliche grusse|schonen tag|mfg|hochachtungsvoll
|un saludo|saludos|atentamente|cordialmente|un cordial|que tenga|buen dia|feliz dia|quedo a su disposicion
|cordiali saluti|distinti saluti|un saluto|buona giornata|buona serata|a presto|resto a disposizione|saluti
|met vriendelijke groet|vriendelijke groeten|groetjes|hartelijke groet|fijne dag|prettige dag|mvg
|com os melhores cumprimentos|melhores cumprimentos|cumprimentos|atenciosamente|um abraco|bom dia|tenha um|obrigad
|pozdrawiam|z powazaniem|z wyrazami szacunku|milego dnia|serdecznie
|med vanliga halsningar|vanliga halsningar|vanligen|halsningar|mvh|ha en fin|trevlig dag"""
_EMPATHY = """desole|navre|excuse|pardon|regrett|comprends votre|comprenons|je comprends|nous comprenons|malheureusement|confus|mesaventure|desagrement
|sorry|apolog|regret|understand how|understand your|inconvenience
|tut mir leid|tut uns leid|entschuldig|bedauer|verstehe|verzeih
|lo siento|lamento|lamentamos|disculp|perdon|entiendo|comprendo|molestias
|mi dispiace|ci dispiace|scus|spiacent|capisco|disagio
|spijt|excuses|sorry|begrijp|ongemak|vervelend
|lament|desculp|pecco desculpa|peco desculpa|compreendo|incomodo|transtorno
|przepraszam|przykro|rozumiem|ubolewam|niedogodnosc
|ledsen|ursakt|beklagar|forstar|tyvarr"""
_COMPLAINT = """inadmissible|inacceptable|scandal|honte|decu|deception|furieu|colere|plainte|reclamation|arnaque|insatisf|mecontent|casse|brise|abime
|toujours pas recu|jamais recu|pas recu|defectueu|en retard|remboursez|avocat|perdu|introuvable|erreur|incomplet
|unacceptable|disappoint|angry|complain|terrible|awful|broken|damaged|never arrived|not arrived|not received|still waiting|late|refund|scam|faulty|wrong
|enttausch|unverschamt|beschwer|kaputt|beschadigt|nicht angekommen|nicht erhalten|verspat|defekt|reklam|arger
|decepcion|queja|inaceptable|roto|rota|danad|no ha llegado|no he recibido|estafa|retras|defectuos
|delus|reclamo|inaccettabile|rotto|rotta|danneggiat|non e arrivat|non ho ricevuto|truffa|ritardo|difettos
|teleurgesteld|klacht|onacceptabel|kapot|beschadigd|niet aangekomen|niet ontvangen|vertraagd|te laat|oplicht
|desilud|reclamac|inaceitavel|partid|danificad|nao chegou|nao recebi|burla|atras|defeituos
|rozczarowan|reklamacj|niedopuszczaln|zepsut|uszkodzon|nie dotarl|nie otrzymal|opozn|oszust|wadliw
|besviken|klagomal|oacceptab|trasig|skadad|inte kommit|inte fatt|forsenad|bedrageri|felaktig"""

# words that address the reader: (formal, informal), as they are written
_ADDRESS = {
    "fr": (r"(?i)\b(?:vous|votre|vos|vôtres?)\b", r"(?i)\b(?:tu|te|toi|ton|tes|tiens?|tienne)\b|\bt[’'](?=[aeéiouyh])"),
    "de": (r"(?<![.!?:]\s)(?<!^)\b(?:Sie|Ihnen|Ihre?[nmrs]?)\b", r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[nmrs]?)\b"),
    "es": (r"(?i)\b(?:usted|ustedes)\b", r"(?i)\b(?:tú|ti|contigo|tu|tus|te)\b"),
    "it": (r"\b(?:Lei|La|Le|Suo|Sua|Suoi|Sue)\b(?<!^La)(?<!^Le)", r"(?i)\b(?:tu|ti|tuo|tua|tuoi|tue)\b"),
    "nl": (r"(?i)\b(?:u|uw)\b", r"(?i)\b(?:je|jij|jou|jouw)\b"),
    "pl": (r"\b(?:Pan|Pana|Panu|Pani|Panią|Państwo|Państwa|Państwu)\b", r"(?i)\b(?:ty|cię|ciebie|ci|tobie|twój|twoja|twoje|twoją)\b"),
}  # fmt: skip


def _words(text: str) -> re.Pattern[str]:
    parts = [part.strip() for part in text.replace("\n", "").split("|") if part.strip()]
    return re.compile(rf"\b(?:{'|'.join(re.escape(part) for part in parts)})")


_CLOSED, _SORRY, _HURT = _words(_CLOSING), _words(_EMPATHY), _words(_COMPLAINT)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list; `code`: greeting, empathy, closing, address; `detail`: words that do not fit."""

    code: str
    done: bool
    detail: str = ""


def checklist(text: str, *, asked: str = "", language: str = "fr", address: str = FORMAL) -> list[Check]:
    """What a kind answer has. Empathy counts when the customer complains; addressing where the language has two ways."""
    folded = unaccent(text[:20_000])
    lines = [line for line in folded.split("\n") if line.strip()] or [folded]
    found = [Check("greeting", bool(OPENING.match(folded.lstrip())))]
    if is_complaint(asked):
        found.append(Check("empathy", bool(_SORRY.search(folded))))
    found.append(Check("closing", bool(_CLOSED.search(" ".join(lines)[-220:]))))
    odd = mixed(text, language, address)
    if odd is not None:
        found.append(Check("address", not odd, ", ".join(odd)))
    return found


def is_complaint(text: str) -> bool:
    """Whether a customer's message speaks of something that went wrong."""
    return bool(_HURT.search(unaccent(text[:5_000])))


def mixed(text: str, language: str, address: str) -> list[str] | None:
    """The words that address the reader the other way; None where the language has one way only."""
    ways = _ADDRESS.get(language[:2])
    if ways is None:
        return None
    wrong = ways[1] if address == FORMAL else ways[0]
    found = (match.group().strip("’'") for match in re.finditer(wrong, text[:20_000], re.MULTILINE))
    return list(dict.fromkeys(found))[:4]
