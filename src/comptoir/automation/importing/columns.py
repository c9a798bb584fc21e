"""What the columns of a table mean, under the names that Comptoir, Gorgias, Zendesk and hands give them."""

import json
import re
from typing import Any

from comptoir.lib.html import from_text
from comptoir.lib.text import unaccent

MACROS = {
    "name": "name title titre nom macro macro_name",
    "html": "html body_html response_html comment_value_html comment_html",
    "text": "text texte body body_text response reponse comment comment_value message content contenu canned_response",
    "shortcut": "shortcut raccourci short_code shortcode",
    "folder": "folder dossier category categorie group",
    "topics": "topics themes intent intents",
    "language": "language langue locale lang",
    "shop": "shop boutique brand marque",
    "actions": "actions acts",
    "tags": "tags add_tags etiquettes set_tags",
    "note": "note internal_note note_interne",
    "active": "active actif actives status_active",
    "ignored": "id external_id usage usage_count created_at created_datetime updated_at updated_datetime uri url position description "
    "restriction default raw_title usage_1h usage_24h usage_7d usage_30d archived_datetime used owner",
}
TAGS = {
    "name": "name tag nom etiquette title value",
    "tone": "tone color colour couleur decoration",
    "ignored": "id count usage description uri created_datetime deleted_datetime",
}
AGENTS = {
    "name": "name nom full_name fullname agent",
    "first": "first_name firstname prenom",
    "last": "last_name lastname nom_de_famille",
    "email": "email mail e_mail adresse address email_address",
    "role": "role roles role_type fonction",
    "teams": "teams team equipes equipe groups group",
    "shops": "shops shop boutiques boutique brands",
    "language": "language langue locale",
    "ignored": "id active created_at created_datetime updated_at last_login_at timezone time_zone phone bio external_id uri url country "
    "organization alias signature details notes verified suspended",
}
_TEXT = re.compile(r"(?:text|html|texte)_([a-z]{2})")


def mapped(columns: list[str], known: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Column -> what it means, and the columns that mean nothing to us (those we know and leave out apart)."""
    meanings = {word: name for name, words in known.items() for word in words.split()}
    found: dict[str, str] = {}
    unknown: list[str] = []
    for column in columns:
        word = re.sub(r"[^a-z0-9]+", "_", unaccent(column)).strip("_")
        translation = _TEXT.fullmatch(word)
        meaning = f"text_{translation[1]}" if translation and known is MACROS else meanings.get(word, "")
        if not meaning:
            unknown.append(column)
        elif meaning != "ignored" and meaning not in found.values():
            found[column] = meaning
    return found, unknown


def cells(row: dict[str, str], meaning: dict[str, str]) -> dict[str, str]:
    """The row by what its cells mean."""
    return {name: row[column].strip() for column, name in meaning.items() if row.get(column, "").strip()}


def as_html(text: str) -> str:
    """A text that may be HTML or not."""
    return text if re.search(r"<(?:p|div|br|a|b|strong|ul|ol|span)\b", text, re.IGNORECASE) else from_text(text)


def actions(text: str) -> tuple[dict[str, Any], list[str]]:
    """A cell of actions: our codes « state:closed; tag:Retard », or Gorgias's or Zendesk's JSON; and what it cannot say."""
    found: dict[str, Any] = {"acts": []}
    unknown: list[str] = []
    stripped = text.strip()
    if not stripped.startswith(("[", "{")):
        found["acts"] = [part.strip() for part in stripped.split(";") if part.strip()]
        return found, unknown
    try:
        told = json.loads(stripped)
    except (ValueError, RecursionError):
        return found, ["JSON"]
    for one in told if isinstance(told, list) else [told]:
        if not isinstance(one, dict):
            unknown.append("JSON")
        elif "field" in one:
            _zendesk(str(one["field"]), one.get("value"), found, unknown)
        else:
            given = one.get("arguments")
            _gorgias(str(one.get("name", "")), given if isinstance(given, dict) else {}, found, unknown)
    return found, unknown


def _gorgias(name: str, given: dict[str, Any], found: dict[str, Any], unknown: list[str]) -> None:
    html = str(given.get("body_html") or "") or from_text(str(given.get("body_text") or ""))
    if name == "setResponseText":
        found["html"] = html
    elif name == "addInternalNote":
        found["note"] = html
    elif name in ("addTags", "removeTags"):
        kind = "tag" if name == "addTags" else "untag"
        found["acts"] += [f"{kind}:{tag.strip()}" for tag in str(given.get("tags", "")).split(",") if tag.strip()]
    elif name == "setStatus" and given.get("status") in ("open", "closed"):
        found["acts"].append(f"state:{given['status']}")
    elif name == "snoozeTicket":
        found["acts"].append(_rest(str(given.get("snooze_timedelta", ""))))
    else:
        unknown.append(name or "?")


def _zendesk(name: str, value: Any, found: dict[str, Any], unknown: list[str]) -> None:
    text = " ".join(str(part) for part in value) if isinstance(value, list) else str(value or "")
    states = {"open": "open", "pending": "pending", "hold": "pending", "solved": "closed", "closed": "closed"}
    priorities = {"low": -1, "normal": 0, "high": 1, "urgent": 2}
    if name == "comment_value_html":
        found["html"] = text
    elif name == "comment_value":
        found.setdefault("html", from_text(str(value[-1]) if isinstance(value, list) and value else text))
    elif name in ("current_tags", "set_tags", "remove_tags"):
        kind = "untag" if name == "remove_tags" else "tag"
        found["acts"] += [f"{kind}:{tag}" for tag in text.split()]
    elif name == "status" and text in states:
        found["acts"].append(f"state:{states[text]}")
    elif name == "priority" and text in priorities:
        found["acts"].append(f"priority:{priorities[text]}")
    elif name == "assignee_id" and text in ("current_user", ""):
        found["acts"].append("assign:me" if text else "assign:nobody")
    elif name != "comment_mode_is_public":
        unknown.append(name)


def _rest(text: str) -> str:
    """Gorgias's "1d", "12h", "1w" as ours."""
    told = re.fullmatch(r"(\d{1,3})\s*([hdw])\w*", text.strip())
    if told is None:
        return "snooze:tomorrow"
    return f"snooze:{int(told[1]) * (7 if told[2] == 'w' else 1)}{'h' if told[2] == 'h' else 'd'}"
