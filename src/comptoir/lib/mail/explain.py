"""How a mail is understood, as plain values and in words, for `comptoir mail explain`."""

from typing import Any

from comptoir.lib.mail import forms, linking, purpose
from comptoir.lib.mail.linking import Link
from comptoir.lib.mail.parse import Understood
from comptoir.lib.mail.reasons import Reason, said, warned
from comptoir.ports.channel import Address, IncomingMessage, MessageKind

# A newsletter is a message that nobody answers by machine.
_KINDS = {MessageKind.BULK: MessageKind.MESSAGE}


def explained(path: str, message: IncomingMessage, link: Link) -> dict[str, Any]:
    """One line of `comptoir mail explain`."""
    failed = dict.fromkeys(bounce.recipient for bounce in message.bounces if bounce.recipient)
    return {
        "path": path,
        "subject": message.subject,
        "from": _party(message.sender),
        "to": [_party(address) for address in message.to],
        "cc": [_party(address) for address in message.cc],
        "message_id": message.external_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.full_text,
        "html": message.html,
        "reply": message.text,
        "attachments": [
            {"filename": part.name, "content_type": part.content_type, "size": len(part.content)}
            for part in message.parts
        ],
        "kind": str(_KINDS.get(message.kind, message.kind)),
        "may_answer": not message.automatic,
        "failed_recipients": list(failed),
        "permanent": any(b.permanent for b in message.bounces) if message.kind is MessageKind.BOUNCE else None,
        "thread": link.thread,
    }


def reasons(understood: Understood, link: Link, language: str) -> list[str]:
    """Why, in sentences: kind, sender and shopper, text and character set, what was cut, proof, thread."""
    message = understood.message
    why = [*understood.why, *_shopper(message), *_thread(message, link)]
    return [*(said(reason, language) for reason in why), *(warned(sentence, language) for sentence in message.warnings)]


def _shopper(message: IncomingMessage) -> list[Reason]:
    """Who is taken as the shopper when it is not the sender, and whether anybody waits for an answer."""
    ours = {*message.delivered_to, *(address.email for address in message.to)}
    found: list[Reason] = []
    shopper = forms.shopper(message, ours.__contains__)
    if shopper is not None:
        by_header = any(address.email == shopper.email for address in message.reply_to)
        found.append(Reason("form_reply_to" if by_header else "form_field", shopper.email))
    elif message.reply_to and message.reply_to[0].email != message.sender.email:
        found.append(Reason("reply_to", ", ".join(address.email for address in message.reply_to[:5])))
    kind = purpose.of(message)
    if kind:
        found.append(Reason("no_answer_expected", kind))
    return found


def _thread(message: IncomingMessage, link: Link) -> list[Reason]:
    found = [Reason(f"thread_{link.by}", link.name)]
    if link.by != "token" and linking.tokens(linking.references(message)):
        found.append(Reason("thread_unproved"))
    return found


def _party(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}
