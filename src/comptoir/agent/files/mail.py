"""A mail's own HTML as a document for a sandboxed frame."""

from comptoir.agent.files.finding import link
from comptoir.conversations.models import Message
from comptoir.core.models import Agent
from comptoir.lib.html import clean

_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><base target="_blank">'
    "<style>body{{margin:12px;font:14px/1.5 system-ui,sans-serif;color:#1f1d1a;background:#fff;overflow-wrap:anywhere}}"
    "img{{max-width:100%;height:auto}}table{{max-width:100%}}</style></head><body>{body}</body></html>"
)


def document(message: Message, agent: Agent, *, remote: bool = False) -> str:
    """The cleaned HTML with its own pictures; remote ones stay out unless asked."""
    pictures = {
        row.content_id.strip("<>"): link(agent, row.file.public_id)
        for row in message.attachments.select_related("file")
        if row.content_id and row.file.content_type.startswith("image/")
    }
    shown = clean(message.html, remote=remote, picture=pictures.get)
    language = message.conversation.language or message.conversation.shop.language
    return _PAGE.format(
        language="".join(letter for letter in language if letter.isalnum() or letter == "-"), body=shown.html
    )


def policy(files_at: str, *, remote: bool = False) -> str:
    """No script, no frame, no form; pictures from our own file addresses, and from everywhere only when asked."""
    pictures = f"{files_at} data:" + (" https: http:" if remote else "")
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
