"""What an agent opened lately, as keys in their session: the command bar offers it again."""

from comptoir.agent.door import ConsoleRequest

KEPT = 6
NAME = "recent"


def remember(request: ConsoleRequest, kind: str, key: int) -> None:
    """Put something first among what was opened; nothing is written when it is first already."""
    entry = [kind, key]
    held = seen(request)
    if held[:1] != [entry]:
        request.session[NAME] = [entry, *(other for other in held if other != entry)][:KEPT]


def seen(request: ConsoleRequest) -> list[list[object]]:
    """Pairs of kind and key, the newest first."""
    held = request.session.get(NAME, [])
    return held if isinstance(held, list) else []
