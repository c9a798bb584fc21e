"""The headers that tell how a mail came here and what it is for, besides those that have fields of their own."""

from comptoir.lib.mail.headers import Headers, words

TOLD = frozenset(
    """auto-submitted list-post list-unsubscribe precedence resent-from x-forwarded-for x-mailer x-original-from""".split()
)


def told(fields: Headers) -> dict[str, str]:
    """The first header of each of these names, decoded."""
    found: dict[str, str] = {}
    for name, value in fields.fields:
        if name in TOLD and name not in found:
            found[name] = words(value)[:1_000]
    return found
