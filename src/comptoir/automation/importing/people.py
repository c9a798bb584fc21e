"""Tags and agents out of tables."""

import json
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from comptoir.automation.importing import columns
from comptoir.automation.importing.plans import SAME, UPDATE, Line, Plan
from comptoir.core import accounts
from comptoir.core.accounts import Place
from comptoir.core.actors import Actor
from comptoir.core.models import Agent, Role, Shop, Team
from comptoir.customers import tags as tag_actions
from comptoir.customers.models import Tag
from comptoir.lib import tables

TONES = {
    "ok": "ok vert green",
    "wait": "wait ambre orange yellow jaune amber",
    "bad": "bad rouge red",
    "info": "info bleu blue",
}
# what other programs call their roles; nobody becomes an owner by a table
ROLES = {
    Role.LEAD: "lead responsable admin administrator lead_agent team_lead supervisor manager owner proprietaire",
    Role.AGENT: "agent conseiller basic_agent member support_agent",
    Role.READER: "reader lecture_seule lecteur observer observer_agent lite_agent light_agent viewer",
    Role.STORE: "store magasin responsable_de_magasin",
}


def plan_tags(raw: bytes) -> Plan:
    """Tags with their colours. Raises BadTable."""
    names, rows = tables.read(raw)
    meaning, unknown = columns.mapped(names, columns.TAGS)
    made = Plan(unknown_columns=unknown, write=_write_tag)
    known = {row.name.casefold(): row for row in Tag.objects.all()}
    seen: set[str] = set()
    for number, row in rows:
        cells = columns.cells(row, meaning)
        line = Line(number, " ".join(cells.get("name", "").split()))
        made.lines.append(line)
        held = known.get(line.name.casefold())
        line.values = {
            "tone": _tone(cells.get("tone", "")) if cells.get("tone") else (held.tone if held else ""),
            "row": held,
        }
        if not line.name or len(line.name) > 40:
            line.refuse(_("Une étiquette a un nom de 40 caractères au plus."))
        elif line.name.casefold() in seen:
            line.refuse(_("Une autre ligne a ce nom."))
        elif held is not None:
            line.what = SAME if held.tone == line.values["tone"] else UPDATE
        seen.add(line.name.casefold())
    return made


def _tone(text: str) -> str:
    """A colour's name, or #rrggbb (Gorgias keeps it in JSON), as one of our tones."""
    if text.startswith("{"):
        try:
            text = str(json.loads(text).get("color", ""))
        except (ValueError, AttributeError, RecursionError):
            return ""
    for tone, words in TONES.items():
        if text.casefold() in words.split():
            return tone
    code = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", text.strip())
    if code is None:
        return ""
    red, green, blue = (int(part, 16) for part in code.groups())
    if max(red, green, blue) - min(red, green, blue) < 40:
        return ""
    if blue == max(red, green, blue):
        return "info"
    if green == max(red, green, blue) and red < 0.8 * green:
        return "ok"
    return "bad" if green < 0.5 * red else "wait"


def _write_tag(line: Line, actor: Actor) -> None:
    row = line.values["row"]
    if row is None:
        tag_actions.create_tag(line.name, line.values["tone"], actor=actor)
    else:
        tag_actions.edit_tag(row, row.name, line.values["tone"], actor=actor)


def plan_agents(raw: bytes, *, language: str = "fr") -> Plan:
    """Agents to invite; accounts that exist stay as they are. Raises BadTable."""
    names, rows = tables.read(raw)
    meaning, unknown = columns.mapped(names, columns.AGENTS)
    made = Plan(unknown_columns=unknown, write=_write_agent)
    known = {email.casefold() for email in Agent.objects.values_list("email", flat=True)}
    shops = {word: shop for shop in Shop.objects.all() for word in (shop.name.casefold(), shop.slug)}
    teams = {team.name.casefold(): team for team in Team.objects.all()}
    for number, row in rows:
        cells = columns.cells(row, meaning)
        line = Line(number, cells.get("email", "").lower())
        made.lines.append(line)
        _judge_agent(line, cells, known, shops, teams, language)
        known.add(line.name.casefold())
    return made


def _judge_agent(
    line: Line, cells: dict[str, str], known: set[str], shops: dict[str, Shop], teams: dict[str, Team], language: str
) -> None:
    try:
        validate_email(line.name)
    except ValidationError:
        line.refuse(_("« %(name)s » n’est pas une adresse e-mail.") % {"name": line.name[:60]})
        return
    if line.name.casefold() in known:
        line.what = SAME
        return
    role = _role(cells.get("role", ""))
    if role is None:
        line.refuse(_("Le rôle « %(name)s » n’est pas connu.") % {"name": cells.get("role", "")[:60]})
        return
    theirs = [shops.get(word.casefold()) for word in _words(cells.get("shops", ""))]
    in_teams = [teams.get(word.casefold()) for word in _words(cells.get("teams", ""))]
    if None in theirs or (None in in_teams and role == Role.STORE):
        line.refuse(_("Une boutique ou un magasin de cette ligne n’existe pas."))
        return
    if None in in_teams:
        line.notes.append(_("Équipes inconnues laissées de côté."))
    if role == Role.STORE and not in_teams:
        line.refuse(_("Un responsable de magasin a besoin d’un magasin."))
        return
    name = (
        cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip() or line.name.partition("@")[0]
    )
    spoken = "en" if cells.get("language", language).lower().startswith("en") else "fr"
    place = Place(role, not theirs, tuple(shop for shop in theirs if shop), tuple(team for team in in_teams if team))
    line.values = {"name": name[:120], "place": place, "language": spoken}


def _role(text: str) -> Role | None:
    word = re.sub(r"[^a-z]+", "_", text.casefold().replace("é", "e")).strip("_")
    if not word:
        return Role.AGENT
    return next((role for role, words in ROLES.items() if word in words.split()), None)


def _words(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]


def _write_agent(line: Line, actor: Actor) -> None:
    accounts.invite(line.name, line.values["name"], line.values["place"], language=line.values["language"], actor=actor)


def export_tags() -> bytes:
    """All tags."""
    return tables.write(["name", "tone"], Tag.objects.values_list("name", "tone"))


def export_agents() -> bytes:
    """All accounts, without secrets."""
    people = Agent.objects.prefetch_related("teams", "shops").order_by("name")
    rows = [
        [
            person.name, person.email, person.role, ", ".join(team.name for team in person.teams.all()),
            ", ".join(shop.slug for shop in person.shops.all()), person.language,
        ]
        for person in people
    ]  # fmt: skip
    return tables.write(["name", "email", "role", "teams", "shops", "language"], rows)
