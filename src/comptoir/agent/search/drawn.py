"""The conversations found as HTML, written in Python as the inbox's rows are: a template of fifty costs more than finding them.

Every value from outside goes through `escape` or `search.emphasised`; what is not escaped is written here.
"""

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from comptoir.agent import links
from comptoir.agent.search.finding import CHANNEL_ICONS
from comptoir.conversations.models import State
from comptoir.conversations.queries import search
from comptoir.ui.templatetags.comptoir_ui import icon, when


def rows(matches: Sequence[search.Match], stems: Sequence[str]) -> SafeString:
    """A row each, with what was looked for marked."""
    states = {value: str(escape(label)) for value, label in State.choices}
    nobody, nothing = escape(_("Sans nom")), escape(_("(sans objet)"))
    return mark_safe("".join(_row(match, stems, states, nobody, nothing) for match in matches))  # noqa: S308  # escaped


def _row(match: search.Match, stems: Sequence[str], states: Mapping[str, str], nobody: str, nothing: str) -> str:
    found = match.conversation
    assignee = f'<span class="muted">{escape(found.assignee.name)}</span>' if found.assignee else ""
    return (
        f'<a class="row" id="c{found.pk}" href="{escape(links.conversation(found.pk))}">'
        f"{icon(CHANNEL_ICONS.get(found.channel, 'mail'))}"
        f'<div><p><span class="who clip">{search.emphasised(found.customer_name, stems) or nobody}</span>'
        f'<span class="grow"></span><span class="muted">{when(match.at or found.last_message_at, "list")}</span></p>'
        f'<p><span class="sub clip">{search.emphasised(found.subject, stems) or nothing}</span></p>'
        f'<p><span class="soft two">{search.emphasised(match.excerpt or found.preview, stems)}</span></p>'
        f'<p class="foot"><span class="chip">{states[found.state]}</span>{assignee}</p></div></a>\n'
    )
