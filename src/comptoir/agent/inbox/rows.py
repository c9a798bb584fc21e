"""The rows of a list as HTML, written in Python: fifty rows as a template cost more than all queries of the page.

Every value from outside goes through `escape`; what is not escaped is written here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from html import escape
from zlib import crc32

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.agent.inbox.places import Selection
from comptoir.conversations.actions.keeping import AWAY, goes_at
from comptoir.conversations.models import InboxKind, Priority, Retention, SideConversation, State
from comptoir.conversations.queries import columns
from comptoir.conversations.queries.lists import Cursor, Part, Row
from comptoir.conversations.queries.orders import (
    BY_NAME,
    NEWEST_FIRST,
    OLDEST_FIRST,
    ORDERS,
    PRIORITY_FIRST,
    SNOOZED_FIRST,
)
from comptoir.conversations.queries.topics import label
from comptoir.core.models import Agent
from comptoir.lib.dates import human
from comptoir.lib.text import unaccent
from comptoir.ui import words
from comptoir.ui.icon import svg
from comptoir.ui.templatetags.comptoir_ui import initials

USUAL = frozenset(columns.USUAL)
CHANNEL_ICONS = {"email": "mail", "chat": "chat", "form": "doc", "phone": "phone", "shop": "store"}
_TYPING = '<span class="typing"><i></i><i></i><i></i></span>'
_NO_TIME = '<span class="since"></span>'
_TONES = {"ok", "wait", "bad", "info"}


@dataclass(frozen=True, slots=True)
class Heading:
    """Between groups of rows: `tone` is a class, `key` what decides where a group ends."""

    key: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Sheet:
    """What all rows of one answer share."""

    selection: Selection
    agent: Agent
    now: datetime
    current: int | None = None

    @cached_property
    def days(self) -> dict[str, int]:
        """For how many days spam and trash are kept; read when a row of theirs is drawn."""
        kept = Retention.current()
        return {State.SPAM: kept.spam_days, State.TRASH: kept.trash_days}

    @property
    def words(self) -> "Words":
        """The words of rows, translated once."""
        inside = escape(self.selection.inside)
        zone, language = timezone.get_current_timezone(), translation.get_language() or "fr"
        noon = self.now.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
        texts = (_("attend"), _("Sans nom"), _("(sans objet)"), _("Vous"), _("Sans responsable"))
        shown = frozenset(self.selection.place.columns) or USUAL
        return Words(*texts, inside, zone, language, noon, shown)

    @property
    def facts(self) -> tuple[str, ...]:
        """The further columns that the list shows, in their order."""
        return columns.further(self.selection.place.columns)


@dataclass(frozen=True, slots=True)
class Words:
    """What every row may say, and how moments are said; `inside` is the end of its address."""

    waits: str
    nameless: str
    blank: str
    you: str
    nobody: str
    inside: str
    zone: tzinfo
    language: str
    noon: datetime
    shown: frozenset[str] = USUAL

    def moment(self, value: datetime) -> str:
        """A moment of the past."""
        local = value.astimezone(self.zone)
        return _said(local.replace(second=0, microsecond=0, tzinfo=None), self.noon, self.language)


def rendered(sheet: Sheet, rows: list[Row], *, after: Cursor | None, ends: bool) -> SafeString:
    """The rows with their headings. A group says its size when it begins and ends among these rows."""
    said, row_html = sheet.words, []
    former = _heading_before(sheet, after)
    sizes: dict[str, int] = {}
    groups = [_heading(sheet, row) for row in rows]
    for group in groups:
        sizes[group.key] = sizes.get(group.key, 0) + 1
    last = groups[-1].key if groups else ""
    for row, group in zip(rows, groups, strict=True):
        if group.key != former:
            whole = group.key != last or ends
            row_html.append(
                f'<h2 class="{group.tone}" id="g-{group.key}"><span>{escape(group.text)}</span>'
                f"<span>{sizes[group.key] if whole else ''}</span></h2>"
            )
            former = group.key
        row_html.append(_row(sheet, row, said))
    return mark_safe("".join(row_html))  # noqa: S308 (escaped above)


def rendered_parts(sheet: Sheet, parts: list[Part]) -> SafeString:
    """A list in parts: each with its name, its number, its first rows and a way to all of them."""
    said, made = sheet.words, []
    slug = sheet.selection.place.slug
    for part in parts:
        name, url = escape(part_name(part, sheet.selection.place.split)), f"/inbox/{slug}/?group={escape(part.key)}"
        rest = part.count - len(part.rows)
        made.append(f'<h2 id="g-{escape(part.key)}"><a href="{url}">{name}</a><span>{part.count}</span></h2>')
        made += [_row(sheet, row, said) for row in part.rows]
        if rest > 0:
            text = ngettext("Voir %(count)s de plus", "Voir les %(count)s autres", rest) % {"count": rest}
            made.append(f'<a class="more" href="{url}">{text}</a>')
    return mark_safe("".join(made))  # noqa: S308 (escaped above)


def part_name(part: Part, split: str) -> str:
    """What a part of a list is called."""
    if split == "channel":
        return str(dict(InboxKind.choices).get(part.key, part.key))
    if part.key != "none":
        return part.name or part.key
    return _("Sans responsable") if split == "assignee" else _("Sans équipe")


def _row(sheet: Sheet, row: Row, said: Words) -> str:
    name = escape(row.customer_name) or said.nameless
    subject = escape(row.subject) or said.blank
    unread = row.unread and row.state not in (State.CLOSED, State.SPAM, State.TRASH)
    classes = "row unread" if unread else "row"
    current = ' aria-current="true"' if row.key == sheet.current else ""
    vip = '<span class="chip acc vip">VIP</span>' if row.vip else ""
    return (
        f'<a class="{classes}" id="c{row.key}" href="/conversations/{row.key}/?{said.inside}"{current}>'
        f"{_icon(row.channel)}<div>"
        f'<p><span class="who clip">{name}</span>{vip}<span class="grow"></span>'
        f'<span class="due">{said.moment(row.last_message_at)}</span></p>'
        f'<p class="sub clip">{subject}</p>{_more(row, said)}'
        f'<p class="foot"><span class="labels">{_chips(row, tags="tags" in said.shown)}</span>{_writers(row)}'
        f"{_since(sheet, row, said) if 'waiting' in said.shown else _NO_TIME}"
        f"{_assignee(sheet, row, said) if 'assignee' in said.shown else ''}</p></div></a>"
    )


def _more(row: Row, said: Words) -> str:
    """The first words, and the further columns of the view."""
    preview = f'<p class="pre clip">{escape(row.preview)}</p>' if "preview" in said.shown else ""
    facts = [
        escape(text) for name, value in row.facts.items() if "." not in name and (text := _fact(name, value, said))
    ]
    fields = [_field(name, value) for name, value in row.facts.items() if "." in name and value]
    shown = f'<p class="facts clip">{" · ".join(facts)}</p>' if facts else ""
    return preview + shown + (f'<p class="facts fields">{"".join(fields)}</p>' if fields else "")


def _field(name: str, held: list[object]) -> str:
    """A custom field; what is ticked says itself by its name alone."""
    label, text = (escape(words) for words in columns.in_words(name, held))
    value = "" if columns.is_box(name) else f" <b>{text}</b>"
    return f'<span class="clip" title="{label} : {text}">{label}{value}</span>'


def _fact(name: str, value: object, said: Words) -> str:
    if value is None or value == "" or value == []:
        return ""
    if name == "topic":
        return label(str(value))
    if isinstance(value, datetime):
        return _("créée %(moment)s") % {"moment": said.moment(value)}
    if name == "messages":
        return ngettext("%(count)s message", "%(count)s messages", int(str(value))) % {"count": value}
    return ", ".join(str(one) for one in value[:3]) if isinstance(value, list) else str(value)


def _chips(row: Row, *, tags: bool) -> str:
    made = []
    if row.priority >= Priority.HIGH:
        tone, text = ("bad", _("Urgent")) if row.priority == Priority.URGENT else ("wait", _("Prioritaire"))
        made.append(f'<span class="chip {tone}">{text}</span>')
    if row.aside:
        tone, text = _aside(row.aside)
        made.append(f'<span class="chip {tone}" title="{_("À part, avec un tiers")}">{text}</span>')
    if not tags:
        return "".join(made)
    room = 1 if made or row.writers else 2
    for tag in (row.tags or [])[:room]:
        tone, _sep, name = tag.partition(":")
        made.append(f'<span class="chip {tone if tone in _TONES else ""}">{escape(name)}</span>')
    if len(row.tags or []) > room:
        made.append(f'<span class="muted">+{len(row.tags or []) - room}</span>')
    return "".join(made)


def _aside(state: str) -> tuple[str, str]:
    """The colour and the words for what was asked of a third party."""
    return {
        SideConversation.State.ANSWERED.value: ("info", _("Tiers : réponse")),
        SideConversation.State.FAILED.value: ("bad", _("Tiers : non remis")),
    }.get(state, ("", _("Attend un tiers")))


def _writers(row: Row) -> str:
    if not row.writers:
        return ""
    title = escape(_("%(name)s écrit") % {"name": ", ".join(row.writers)})
    return f'<span class="muted inline" title="{title}">{face(row.writers[0])} {_TYPING}</span>'


def _since(sheet: Sheet, row: Row, said: Words) -> str:
    if row.state == State.SNOOZED and row.snoozed_until:
        text = _("jusqu’à %(moment)s") % {"moment": moment(row.snoozed_until, sheet.now)}
        return f'<span class="since">{text}</span>'
    if row.state in AWAY:
        at = _away_date(goes_at(row.put_away_at, row.last_message_at, sheet.days[row.state]))
        text = _("supprimée le %(date)s") % {"date": at}
        return f'<span class="since">{text}</span>'
    if row.waiting_since is None:
        return _NO_TIME
    seconds = max(0, int((sheet.now - row.waiting_since).total_seconds()))
    text = _waited(seconds if seconds < 300 else seconds - seconds % 60, said.language)
    at = row.waiting_since.isoformat(timespec="seconds")
    return f'<span class="since">{said.waits} <time datetime="{at}" data-relative="since">{text}</time></span>'


def _away_date(value: datetime) -> str:
    return str(date_format(timezone.localtime(value), "j M"))


def _assignee(sheet: Sheet, row: Row, said: Words) -> str:
    if row.assignee_name is None:
        return f'<span class="av none" title="{said.nobody}">?</span>'
    title = said.you if row.assignee_id == sheet.agent.pk else row.assignee_name
    return face(row.assignee_name, title, row.assignee_photo)


@lru_cache(maxsize=2048)
def face(name: str, title: str = "", photo: int | None = None) -> str:
    """The round of initials of a colleague, or their photo, as `{% avatar %}` draws it."""
    colour = crc32(name.casefold().encode()) % 5 + 1
    drawn = f'<img src="/faces/{photo}/" alt="" loading="lazy">' if photo else escape(initials(name))
    return f'<span class="av c{colour}" title="{escape(title or name)}">{drawn}</span>'


@lru_cache(maxsize=16)
def _icon(channel: str) -> str:
    return svg(CHANNEL_ICONS.get(channel, "mail"), "i")


def _heading(sheet: Sheet, row: Row) -> Heading:
    return _group(
        sheet,
        Cursor.after(row, sheet.selection.sort),
        row.waiting_since if row.state == State.OPEN else None,
        row.state,
    )


def _heading_before(sheet: Sheet, after: Cursor | None) -> str:
    return "" if after is None else _group(sheet, after, after.waiting_since, "").key


def _group(sheet: Sheet, place: Cursor, since: datetime | None, state: str) -> Heading:
    """What a row stands under, by its place in the list's order."""
    sort = sheet.selection.sort
    if sort in (NEWEST_FIRST, OLDEST_FIRST):
        return _day(place.moment, sheet.now)
    if sort == PRIORITY_FIRST:
        return Heading(f"p{place.first}", str(Priority(place.first or 0).label))
    if sort == BY_NAME:
        letter = unaccent(place.name or "")[:1].upper()
        return Heading(f"n{ord(letter)}", letter) if letter.isalpha() else Heading("n0", "#")
    if sort == SNOOZED_FIRST or sort not in ORDERS:
        return Heading("", "")
    return _waiting(since, sheet.now, state)


def _waiting(since: datetime | None, now: datetime, state: str) -> Heading:
    if since is None:
        return Heading("answered", _("En pause") if state == State.SNOOZED else _("Déjà répondu"))
    waited = now - since
    if waited > timedelta(days=1):
        return Heading("day", _("Attend depuis plus d’un jour"), "wait")
    if waited > timedelta(hours=4):
        return Heading("hours", _("Attend depuis plus de quatre heures"))
    if waited > timedelta(hours=1):
        return Heading("hour", _("Attend depuis plus d’une heure"))
    return Heading("fresh", _("Vient d’arriver"))


def _day(moment: datetime, now: datetime) -> Heading:
    days = (_local(now) - _local(moment)).days
    if days <= 0:
        return Heading("today", _("Aujourd’hui"))
    if days == 1:
        return Heading("yesterday", _("Hier"))
    if days < 7:
        return Heading("week", _("Ces sept derniers jours"))
    return Heading("before", _("Plus tôt"))


def _local(moment: datetime) -> date:
    return moment.astimezone(timezone.get_current_timezone()).date()


def moment(value: datetime, now: datetime) -> str:
    """A moment as a list says it, in the viewer's zone: the hour today, « hier », « lun. 18 h 20 », « 12 nov. »."""
    zone = timezone.get_current_timezone()
    here, language = value.astimezone(zone), translation.get_language() or "fr"
    minute = here.replace(second=0, microsecond=0, tzinfo=None)
    return _said(
        minute, now.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None), language
    )


def precise(value: datetime, now: datetime) -> str:
    """The same with the hour, for a message: « hier 18 h 41 », « 12 nov. 9 h 30 »."""
    zone = timezone.get_current_timezone()
    here, days = value.astimezone(zone), (now.astimezone(zone).date() - value.astimezone(zone).date()).days
    said = moment(value, now)
    if days == 0 or 2 <= days <= 6:
        return said
    return f"{said} {human.clock(here, translation.get_language() or 'fr', zone)}"


@lru_cache(maxsize=4096)
def _waited(seconds: int, language: str) -> str:
    return words.duration(seconds)


@lru_cache(maxsize=8192)
def _said(local: datetime, today: datetime, language: str) -> str:
    """Babel is slow and the moments of lists repeat."""
    return human.moment(local.replace(tzinfo=UTC), language, UTC, now=today.replace(tzinfo=UTC))
