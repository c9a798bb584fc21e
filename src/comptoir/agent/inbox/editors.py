"""What the editors under a conversation begin with: a draft, or who would get the answer; and what they send back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from email.utils import getaddresses
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime

from comptoir.agent.door import ConsoleRequest
from comptoir.agent.inbox import times
from comptoir.automation.actions.applying import Load
from comptoir.automation.models import Carried
from comptoir.automation.queries.described import Chip, chips
from comptoir.conversations import recipients
from comptoir.conversations.actions.answering import CannotAnswer, Written
from comptoir.conversations.actions.scheduling import BadTime
from comptoir.conversations.actions.sides import addressed
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.messenger import thread_of
from comptoir.conversations.models import InboxKind, State
from comptoir.conversations.queries.files import own_uploads
from comptoir.conversations.queries.signatures import Closing, closing
from comptoir.core import access
from comptoir.core.models import Agent, File


@dataclass(frozen=True, slots=True)
class Editor:
    """One form: its kind, text, recipients (as a header writes them) and files.

    `everyone` are those in copy of an answer to all, for the button that leaves them out or takes them in.
    """

    kind: str
    html: str = ""
    subject: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    based_on: int = 0
    revision: int = 0
    saved_at: str = ""
    everyone: str = ""
    client_key: str = field(default_factory=lambda: uuid.uuid4().hex)
    macros: list[int] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)

    @property
    def names(self) -> list[tuple[str, str, str]]:
        """The recipients as chips: field, address, what is shown."""
        fields = (("to", self.to), ("cc", self.cc), ("bcc", self.bcc))
        return [(name, p["email"], p["name"] or p["email"]) for name, text in fields for p in parties([text])]


def beside(opened: Any, agent: Agent, *, messages: Sequence[Any], newest: int) -> list[Editor]:
    """The reply and the note of a conversation, each with its draft; `messages` are the thread's, oldest first."""
    drafts = {row["kind"]: row for row in opened.draft_list}
    loads = _loads(opened, agent) if drafts else {}
    reply = drafts.get("reply")
    first = from_draft("reply", reply, newest)
    if opened.inbox.kind != InboxKind.CHAT and not into_thread(opened):
        to, cc = recipients.everyone(opened, messages)
        first = replace(first, everyone=header(cc))
        if not (first.to or first.cc or first.bcc):
            first = replace(first, to=header(to), cc=header(cc))
    if opened.state == State.SIDE:
        return [_aside(opened, first)]
    editors = [first, from_draft("note", drafts.get("note"), newest)]
    if "forward" in drafts:
        editors.append(from_draft("forward", drafts["forward"], newest))
    return [_loaded(editor, loads.get(editor.kind)) for editor in editors] if loads else editors


def into_thread(opened: Any) -> bool:
    """Whether an answer goes into the shop's own messages, for which there is no recipient to choose."""
    return opened.channel == InboxKind.SHOP and thread_of(opened) is not None


def _aside(opened: Any, first: Editor) -> Editor:
    """The reply to a third party: never to the customer, whoever has put them in copy."""
    if opened.pk and not any(row["kind"] == "reply" for row in opened.draft_list):
        to, cc = addressed(opened)
        return replace(first, to=header(to), cc=header(cc), everyone=header(cc))
    return first


def _loads(opened: Any, agent: Agent) -> dict[str, Carried]:
    """What the drafts of a conversation carry, by kind."""
    rows = Carried.objects.filter(draft__agent=agent, draft__conversation=opened.pk).select_related("draft")
    return {row.draft.kind: row for row in rows}


def _loaded(editor: Editor, held: Carried | None) -> Editor:
    return replace(editor, macros=held.macros, chips=chips(held.acts)) if held else editor


def load(request: ConsoleRequest) -> Load:
    """The macros and actions that an editor sent."""
    keys = [
        int(text)
        for text in request.POST.getlist("macro")[:20]
        if text.isascii() and text.isdecimal() and len(text) < 19
    ]
    return Load(keys, request.POST.getlist("act")[:60])


def closing_of(opened: Any, agent: Agent) -> Closing | None:
    """The signatures under an answer by mail; None where none leaves."""
    inbox = leaving_inbox(opened) if opened.channel != InboxKind.CHAT else None
    if inbox is None or into_thread(opened):
        return None
    if inbox.shop_id == opened.shop_id:
        inbox.shop = opened.shop
    rows = opened.closing_list if inbox.shop_id == opened.shop_id else None
    return closing(inbox, agent, opened.language or opened.shop.language, rows)


def from_draft(kind: str, draft: dict[str, Any] | None, newest: int = 0) -> Editor:
    """An editor with what was kept; an empty one without a draft."""
    if draft is None:
        return Editor(kind, based_on=newest)
    saved = draft["updated_at"]
    moment = parse_datetime(saved) if isinstance(saved, str) else saved
    return Editor(
        kind,
        html=draft["html"],
        subject=draft["subject"],
        to=header(draft["to"]),
        cc=header(draft["cc"]),
        bcc=header(draft["bcc"]),
        files=[file | {"inline": f"/files/{file['public_id']}" in draft["html"]} for file in draft["files"]],
        based_on=draft["based_on"] or newest,
        revision=draft["revision"],
        saved_at=moment.isoformat() if moment else "",
    )


def header(people: Iterable[dict[str, str]]) -> str:
    """Addresses as a header writes them: « Marc <marc@…>, lea@… »."""
    return ", ".join(f"{_quoted(p['name'])} <{p['email']}>" if p.get("name") else p["email"] for p in people)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "").replace('"', "'") + '"'


def parties(texts: Iterable[str]) -> list[dict[str, str]]:
    """Addresses out of what a form sends; what is no address stays as it was typed, so that the action refuses it."""
    found = []
    for text in texts:
        plain = text.replace(";", ",").replace("\n", ",")[:20_000]
        pairs = getaddresses([plain])
        if any("@" not in address for _, address in pairs) or not pairs:
            found += [{"email": part.strip(), "name": ""} for part in plain.split(",") if part.strip()]
        else:
            found += [{"email": address.strip(), "name": name.strip()} for name, address in pairs if address.strip()]
    return found


def written(request: ConsoleRequest) -> Written:
    """What an editor sent; raises CannotAnswer for a time that nobody can mean."""
    given = request.POST
    try:
        at = times.chosen(given)
    except BadTime:
        raise CannotAnswer("bad_time") from None
    based_on = given.get("based_on", "")
    return Written(
        html=given.get("body", "")[:500_000],
        to=parties(given.getlist("to")),
        cc=parties(given.getlist("cc")),
        bcc=parties(given.getlist("bcc")),
        subject=given.get("subject", "")[:300],
        files=files_of(request),
        client_key=given.get("client_key", "")[:80],
        based_on=int(based_on) if based_on.isdigit() and not given.get("anyway") else None,
        then=given.get("then") or given.get("anyway", "") or (given.get("later_then", "") if at else ""),
        send_at=at,
        unsigned=bool(given.get("unsigned")),
    )


def files_of(request: ConsoleRequest) -> list[File]:
    """The files that the form names and the pictures that still stand in its text, as far as the agent brought them."""
    body = request.POST.get("body", "")
    inside = [text for text in request.POST.getlist("pictures") if f"/files/{text}" in body]
    wanted = []
    for text in [*inside, *request.POST.getlist("files")][:100]:
        try:
            wanted.append(uuid.UUID(text))
        except ValueError:
            continue
    if not wanted:
        return []
    return own_uploads(request.agent, wanted)


def people_like(agent: Agent, text: str) -> list[str]:
    """Addresses that begin like the text, for the recipient's field."""
    from comptoir.customers.models import Identity, IdentityKind

    aside = access.threads(agent).filter(state=State.SIDE, identity=OuterRef("pk"))
    known = Exists(access.customers(agent).filter(pk=OuterRef("customer"))) | Exists(aside)
    rows = Identity.objects.filter(known, kind=IdentityKind.EMAIL)
    found = rows.filter(Q(value__istartswith=text) | Q(name__icontains=text)).order_by("value")[:8]
    return [header([{"email": row.value, "name": row.name}]) for row in found]
