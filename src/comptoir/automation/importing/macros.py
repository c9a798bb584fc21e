"""Macros out of a table: ours, Gorgias's, Zendesk's, or one written by hand."""

from typing import Any

from django.utils.translation import gettext as _

from comptoir.automation.actions import macros as actions
from comptoir.automation.acts import BadAct, read_all
from comptoir.automation.importing import columns, foreign
from comptoir.automation.importing.plans import SAME, UPDATE, Line, Plan
from comptoir.automation.models import Macro
from comptoir.automation.queries.values import variables
from comptoir.conversations.queries.topics import label, resolve
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers.languages import LANGUAGES
from comptoir.lib import placeholders, tables
from comptoir.lib.html import clean_editor, to_text

COLUMNS = ["name", "shortcut", "folder", "topics", "language", "shop", "html", "actions", "note", "active"]
_NO = {"0", "false", "no", "non", "inactive", "faux"}


def _parts(text: str) -> list[str]:
    """What stands between commas or semicolons."""
    return text.replace(";", ",").split(",")


def plan(raw: bytes, *, language: str = "fr") -> Plan:
    """Read a table of shared macros and judge each row; nothing is written. Raises BadTable."""
    names, rows = tables.read(raw)
    meaning, unknown = columns.mapped(names, columns.MACROS)
    made = Plan(unknown_columns=unknown, write=_write)
    known = {
        (row.name.casefold(), row.shop_id): row
        for row in Macro.objects.filter(agent=None).prefetch_related("translations")
    }
    shops = {word: shop for shop in Shop.objects.all() for word in (shop.name.casefold(), shop.slug)}
    seen: set[tuple[str, int | None]] = set()
    for number, row in rows:
        line = _line(number, columns.cells(row, meaning), made, shops, language)
        made.lines.append(line)
        if line.what == "refuse":
            continue
        key = (line.name.casefold(), line.values["shop"].pk if line.values["shop"] else None)
        if key in seen:
            line.refuse(_("Une autre ligne a ce nom."))
            continue
        seen.add(key)
        _compare(line, known.get(key))
    return made


def _line(number: int, cells: dict[str, str], made: Plan, shops: dict[str, Shop], language: str) -> Line:
    told, unknown = columns.actions(cells.get("actions", ""))
    made.unknown_actions.update(unknown)
    folder, _sep, name = _name(cells).rpartition("::")
    line = Line(number, name.strip()[:80])
    html = _text(cells.get("html") or told.get("html") or columns.as_html(cells.get("text", "")))
    spoken = cells.get("language", "").replace("_", "-").split("-")[0].lower() or language
    acts = [
        *told["acts"],
        *(f"tag:{tag.strip()}" for tag in cells.get("tags", "").replace(";", ",").split(",") if tag.strip()),
    ]
    line.values = {
        "name": line.name,
        "shortcut": "".join(mark for mark in cells.get("shortcut", "").lstrip("/") if mark.isalnum() or mark in "-_")[
            :30
        ],
        "folder": (cells.get("folder") or folder.replace("::", " › ")).strip()[:60],
        "topics": [resolve(part) or part.strip()[:60] for part in _parts(cells.get("topics", "")) if part.strip()][:20],
        "language": spoken,
        "shop": shops.get(cells.get("shop", "").casefold()),
        "html": html,
        "note": _text(columns.as_html(cells.get("note", "")) if cells.get("note") else told.get("note", "")),
        "active": cells.get("active", "").casefold() not in _NO,
        "acts": acts,
        "translations": {
            code: _text(columns.as_html(cells[f"text_{code}"]))
            for code, _label in LANGUAGES
            if cells.get(f"text_{code}")
        },
    }
    if unknown:
        line.notes.append(_("Actions laissées de côté : %(names)s.") % {"names": ", ".join(sorted(set(unknown)))})
    _judge(line, cells, made)
    return line


def _name(cells: dict[str, str]) -> str:
    return " ".join(cells.get("name", "").split())


def _text(html: str) -> str:
    return clean_editor(foreign.ours(html)[:100_000]).strip() if to_text(html).strip() else ""


def _judge(line: Line, cells: dict[str, str], made: Plan) -> None:
    values = line.values
    if not line.name:
        line.refuse(_("Il manque le nom."))
        return
    if len(values["html"]) > 20_000:
        line.refuse(_("Le texte est trop long."))
    if cells.get("shop") and values["shop"] is None:
        line.refuse(_("Aucune boutique ne s’appelle « %(name)s ».") % {"name": cells["shop"][:60]})
    if values["language"] not in dict(LANGUAGES):
        line.refuse(_("La langue « %(name)s » n’est pas connue.") % {"name": values["language"][:20]})
    try:
        values["acts"] = [act.code for act in read_all(values["acts"])]
    except BadAct as bad:
        line.refuse(_("L’action « %(name)s » n’existe pas.") % {"name": str(bad)[:60]})
    if not (values["html"] or values["note"] or values["acts"]):
        line.refuse(_("Ni texte ni action."))
    texts = [values["html"], values["note"], *values["translations"].values()]
    wrong = [problem.written for text in texts for problem in placeholders.problems(text, variables())]
    if wrong and line.what != "refuse":
        made.unknown_variables.update(wrong)
        values["active"] = False
        line.notes.append(
            _("À l’arrêt, variables à remplacer : %(names)s.") % {"names": ", ".join(dict.fromkeys(wrong))}
        )


def _compare(line: Line, row: Macro | None) -> None:
    if row is None:
        return
    held = {text.language: text.html for text in row.translations.all()}
    plain = {name: value for name, value in line.values.items() if name != "translations"}
    alike = all(getattr(row, name) == value for name, value in plain.items())
    new = {code: html for code, html in line.values["translations"].items() if held.get(code) != html}
    line.what = SAME if alike and not new else UPDATE
    line.values["row"] = row


def _write(line: Line, actor: Actor) -> None:
    values = dict(line.values)
    row, translations = values.pop("row", None), values.pop("translations")
    if row is None:
        row = actions.create_macro(values, owner=None, actor=actor)
    else:
        actions.edit_macro(row, values, actor=actor)
    for code, html in translations.items():
        actions.translate(row, code, html, actor=actor)


def export(rows: Any) -> bytes:
    """The macros as a table that comes back in unchanged."""
    languages = [code for code, _label in LANGUAGES]
    lines = []
    for row in rows:
        texts = {text.language: text.html for text in row.translations.all()}
        lines.append(
            [
                row.name, row.shortcut, row.folder, ", ".join(label(code) for code in row.topics), row.language, row.shop.slug if row.shop else "",
                row.html, "; ".join(row.acts), row.note, "1" if row.active else "0", *(texts.get(code, "") for code in languages),
            ]
        )  # fmt: skip
    return tables.write([*COLUMNS, *(f"text_{code}" for code in languages)], lines)
