"""First and last names out of a name as people write it: « VASSEUR Claire », "Vasseur, Claire", « Mme Vasseur »."""

import re

from comptoir.lib.text import one_line, unaccent

_TITLES = frozenset(
    """m mr mme mlle monsieur madame mademoiselle mrs ms miss dr prof herr frau sr sra srta senor senora sig sigra
    signor signora dhr mevr mevrouw meneer pan pani fru me maitre docteur""".split()
)
_COMPANIES = frozenset(
    "sarl sas sasu eurl sa sci gmbh ag ltd limited llc inc bv nv srl spa ab oy kg ug plc asso association".split()
)


_NOBODY = frozenset("visiteur visiteuse visitor client cliente customer kunde kundin anonyme anonymous".split())


def first_name(name: str) -> str:
    """The first name; "" when the name has none that can be told: a title with a surname, a firm, an address."""
    return _read(name)[0]


def last_name(name: str) -> str:
    """The surname; "" when there is none that can be told."""
    return _read(name)[1]


def _read(name: str) -> tuple[str, str]:
    bare = one_line(name)
    if not bare or "@" in bare or re.search(r"\d", bare):
        return "", ""
    if bare.count(",") == 1:
        last, first = (part.strip() for part in bare.split(","))
        return _cased(first), _cased(last)
    words = bare.split(" ")
    folded = [unaccent(word).strip(".") for word in words]
    if _COMPANIES & set(folded) or folded[0] in _NOBODY:
        return "", ""
    titled = 0
    while titled < len(words) - 1 and folded[titled] in _TITLES:
        titled += 1
    words = words[titled:]
    if len(words) == 1:
        return ("", _cased(words[0])) if titled else (_cased(words[0]), "")
    shouted = [word for word in words if word.isupper() and len(word) > 1]
    if shouted and len(shouted) < len(words) and words[0] in shouted:
        return _cased(next(word for word in words if word not in shouted)), _cased(" ".join(shouted))
    return _cased(words[0]), _cased(" ".join(words[1:]))


def _cased(text: str) -> str:
    """Capitals only or small letters only, as a name is written; else as it stands."""
    if text.isupper() or text.islower():
        return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), text.lower())
    return text
