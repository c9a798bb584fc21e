"""How a mail is understood, as plain values for `comptoir mail explain`."""

from typing import Any

from comptoir.lib.mail.linking import Link
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


def _party(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}
