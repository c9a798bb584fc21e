"""Whom a text greets, and whether that is somebody it goes to."""

import re
from collections.abc import Iterable

from comptoir.lib.text import unaccent

_HELLO = """bonjour|bonsoir|salut|coucou|rebonjour|re-bonjour|cher|chere|chers|cheres|hello|hi|hey|hiya|dear|good morning|good afternoon|good evening|greetings
|hallo|guten tag|guten morgen|guten abend|liebe|lieber|liebes|sehr geehrte|sehr geehrter|moin|servus|gruss gott|hola|buenos dias|buenas tardes
|buenas noches|buenas|estimado|estimada|estimados|querido|querida|apreciado|apreciada|buongiorno|buonasera|ciao|salve|gentile|gent.mo|gent.ma|caro|cara|egregio
|egregia|hoi|beste|geachte|goedendag|goedemorgen|goedemiddag|goedenavond|dag|lieve|ola|oi|bom dia|boa tarde|boa noite|prezado|prezada|exmo|exma
|caríssimo|dzien dobry|dobry wieczor|czesc|witam|witaj|szanowny|szanowna|szanowni|drogi|droga|hej|hejsan|halla|god morgon|god kvall|god dag|goddag
|basta|kara|kare|tjena"""
_GREETINGS = sorted({word.strip() for word in _HELLO.replace("\n", "").split("|")}, key=len, reverse=True)
OPENING = re.compile(rf"(?:{'|'.join(re.escape(word) for word in _GREETINGS)})(?=[\s,.!:;–—-]|$)")
_NOBODY = frozenset(
    """a au aux la le les l de du des d et madame monsieur mademoiselle mme mlle m mr mrs ms miss messieurs mesdames tous toutes tout tlm client
    cliente clients equipe team all everyone everybody there again and sir madam customer folks guys mate friend friends both to the zusammen
    allerseits und frau herr herrn damen herren kunde kundin kunden dr prof team nochmal y senor senora senorita sr sra srta don dona cliente
    clienta clientes a todos todas equipo e signor signora signore signorina sig sigra dott dottore dottoressa tutti tutte cliente squadra en mevrouw
    meneer mijnheer heer dhr mevr mw klant allemaal allen team i o senhor senhora sres todos pan pani panie panstwo panowie klient
    klientka klienci wszyscy wszystkim och herr fru alla kund kunden igen encore merci thanks danke gracias grazie bedankt obrigado obrigada dziekuje
    tack je nous vous j tu c suite votre ihre ihr uw su suo pour here chez collegue collegues docteur maitre""".split()
)
_PARTICLES = frozenset("de du des le la les van von der den della di da do dos das el y e af av ter ten d".split())
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def greeted(text: str) -> list[str]:
    """The words of the name in the first line; empty when it greets nobody by name."""
    line = next((line.strip() for line in text[:2_000].splitlines() if line.strip()), "")[:160]
    folded = unaccent(line)
    opening = OPENING.match(folded)
    if opening is None:
        return []
    raw = _after(line, opening.group().count(" ") + 1)
    again = OPENING.match(unaccent(raw))
    if again is not None:  # « Bonjour chère Claire »
        raw = _after(raw, again.group().count(" ") + 1)
    rest = re.split(r"[,.!?:;\n–—(]|\s-\s", re.sub(r"\b(M|Mr|Mrs|Ms|Dr|Sr|Sra|Sig|Mme|Dott|Prof)\.", r"\1", raw))[0]
    words = _WORD.findall(rest)
    several = len(words) > 1
    while words and unaccent(words[0]).strip("'") in _NOBODY:
        words.pop(0)
    if not words or (words[0][0].islower() and several):
        return []
    name: list[str] = []
    for word in words[:5]:
        if word[0].islower() and unaccent(word) not in _PARTICLES and len(words) > 1:
            break
        if unaccent(word) in _NOBODY:
            break
        name.append(word)
    return [word for word in name if unaccent(word) not in _PARTICLES]


def stranger(text: str, people: Iterable[str]) -> str:
    """The name that is greeted although nobody among `people` (names, addresses) bears it; "" when all is well.

    Close forms are the same name: « Anno » for Anna, « Jo » for Joséphine, accents and capitals aside.
    """
    name = greeted(text)
    known = {part for person in people for part in _parts(person)}
    if not name or not known:
        return ""
    wanted = [part for word in name for part in _parts(word)]
    return "" if any(_alike(one, other) for one in wanted for other in known) else " ".join(name)


def _after(line: str, words: int) -> str:
    """The line without its first words (and the mark that may follow them)."""
    parts = line.split(None, words)
    return parts[words] if len(parts) > words and not re.search(r"[,.!:;]$", parts[words - 1]) else ""


def _parts(name: str) -> list[str]:
    bare = name.rpartition("@")[0] or name if "@" in name else name
    return [part for part in re.split(r"[\W\d_]+", unaccent(bare)) if len(part) > 1]


def _alike(one: str, other: str) -> bool:
    if one == other or other.startswith(one) or (len(other) > 2 and one.startswith(other)):
        return True
    if one in other and len(one) > 3:  # an address written in one word: clairevasseur
        return True
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    longest = max(len(one), len(other))
    return shared >= 3 and shared >= longest - (2 if one[-1] in "ue" else 1)  # Marku is Marek, called
