"""Before a message leaves: what one line warns of. Pure, quick, never a reason to refuse."""

from collections.abc import Sequence
from dataclasses import dataclass

from comptoir.lib.writing import attachments, greeting, leftovers, phrases

SHOWN = 3  # outsiders by name


@dataclass(frozen=True, slots=True)
class Letter:
    """What is about to leave, and what is known of its reader.

    `people` are names and addresses of those it goes to; `outsiders` those of them who had no part in the conversation;
    `unproved`: the last message's sender failed DMARC; `others_order`: the number of an order that is not the sender's.
    """

    text: str
    files: int = 0
    people: Sequence[str] = ()
    outsiders: Sequence[str] = ()
    unproved: bool = False
    others_order: str = ""
    forbidden: Sequence[phrases.Phrase] = ()
    promises: Sequence[phrases.Phrase] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing: attachment, leftover, name, outsider, unproved, owner, forbidden, promise; `detail` is what was found."""

    code: str
    detail: str = ""


def warnings(letter: Letter) -> list[Warning]:
    """What to say before the send, the gravest first."""
    found: list[Warning] = []
    if name := greeting.stranger(letter.text, letter.people):
        found.append(Warning("name", name))
    if open_places := leftovers.left(letter.text):
        found.append(Warning("leftover", ", ".join(open_places)))
    if not letter.files and attachments.promised(letter.text):
        found.append(Warning("attachment"))
    if letter.outsiders and len(letter.people) > 1:
        more = f" +{len(letter.outsiders) - SHOWN}" if len(letter.outsiders) > SHOWN else ""
        found.append(Warning("outsider", ", ".join(letter.outsiders[:SHOWN]) + more))
    if letter.unproved:
        found.append(Warning("unproved"))
    if letter.others_order:
        found.append(Warning("owner", letter.others_order))
    for code, known in (("promise", letter.promises), ("forbidden", letter.forbidden)):
        found += [Warning(code, phrase.told) for phrase in phrases.found(letter.text, known)]
    return found
