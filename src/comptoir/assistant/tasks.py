"""What each use asks for, in words for the model (English, whatever the languages of the text), and on which text."""

from babel import Locale

from comptoir.assistant.models import Ask, Use
from comptoir.assistant.prompts import LONGEST
from comptoir.automation.queries.manners import Manners, manners
from comptoir.conversations.models import Conversation, MessageKind

MOST_MESSAGES = 40


def of(row: Ask) -> tuple[str, str]:
    """(task, text) of a request; the text is empty when there is nothing to work on."""
    assert row.conversation is not None
    if row.use == Use.SUMMARISE:
        return _SUMMARY.format(language=name(row.language)), transcript(row.conversation)
    if row.use == Use.TRANSLATE_MESSAGE:
        text = row.message.text if row.message else ""
        return _READ.format(language=name(row.language)), text[:LONGEST]
    how = manners(row.conversation, reader="en")
    task = {Use.REWRITE: _REWRITE, Use.SHORTEN: _SHORTEN, Use.TRANSLATE_REPLY: _TRANSLATE}[Use(row.use)]
    return f"{task.format(language=name(row.language or how.language))} {ways(how)}", row.given


def transcript(conversation: Conversation) -> str:
    """The newest messages between customer and shop, oldest first; notes of the team stay here."""
    rows = conversation.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY]).order_by(
        "-created_at", "-pk"
    )
    parts: list[str] = []
    left = LONGEST
    for message in rows.only("kind", "text", "created_at")[:MOST_MESSAGES]:
        who = "Customer" if message.kind == MessageKind.CUSTOMER else "Shop"
        part = f"{who}, {message.created_at:%Y-%m-%d %H:%M}:\n{message.text[:3_000]}\n"
        left -= len(part)
        if left < 0:
            break
        parts.append(part)
    return "\n".join(reversed(parts))


def ways(how: Manners) -> str:
    """How its reader is addressed, and the tone of their country."""
    form = {"formal": "formally (vous, Sie, usted, Lei, u)", "informal": "informally (tu, du, je)"}.get(how.address, "")
    lines = [f"Address the reader {form}." if form else ""]
    if how.culture:
        lines += [f"Tone: {how.culture.words['tone']}", f"Avoid: {how.culture.words['avoid']}"]
    return " ".join(line for line in lines if line)


def name(code: str) -> str:
    """A language's English name."""
    return str(Locale("en").languages.get(code.partition("-")[0], code))


_REWRITE = (
    "You edit answers of a shop's customer service. Rewrite the answer below in {language} so that it is clear, kind and "
    "correctly spelled. Keep its meaning, every fact, its greeting and its closing line, and its paragraphs."
)
_SHORTEN = (
    "You edit answers of a shop's customer service. Make the answer below about half as long, in {language}. Keep every "
    "fact that its reader needs, its greeting and its closing line."
)
_TRANSLATE = (
    "You translate answers of a shop's customer service. Translate the answer below into {language}, as a native writer "
    "of that language would put it. Keep names, numbers and paragraphs."
)
_READ = (
    "You translate messages that customers sent to a shop. Translate the message below into {language}, faithfully and "
    "without softening it. Keep names, numbers and paragraphs."
)
_SUMMARY = (
    "You sum up a conversation between a customer and a shop for a colleague who takes it over. Write in {language}, at "
    "most five short lines, each beginning with “- ”: what the customer wants, what was answered, promised or done and "
    "when, what is still open. Say only what is written there."
)
