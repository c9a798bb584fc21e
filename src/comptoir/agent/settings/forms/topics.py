"""Topics and custom fields in forms of macros and filters: what is offered, and words for what there is not."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.automation.acts import FILLED_MOST
from comptoir.conversations.queries import topics
from comptoir.core.custom.judging import BadValue, judged, said
from comptoir.core.custom.reading import find


def topic_choices(chosen: str = "", *, none: str = "") -> list[tuple[str, str]]:
    """Every topic that is offered, with the one that is chosen already; first nothing, as `none` says it."""
    nodes = [(node.code, node.path) for node in topics.offered()]
    kept = [(chosen, topics.label(chosen))] if chosen and chosen not in dict(nodes) else []
    return [("", none or pgettext("topic", "Aucun")), *kept, *nodes]


def unknown_topic(text: str) -> str:
    """That no topic is called so, with the one that was perhaps meant."""
    near = topics.nearest(text)
    if near:
        return _("Aucun thème ne s’appelle « %(text)s ». Vouliez-vous dire « %(near)s » ?") % {
            "text": text,
            "near": near,
        }
    return _("Aucun thème ne s’appelle « %(text)s » : créez-le d’abord dans Réglages, Thèmes.") % {"text": text}


def filled_lines(form: forms.Form, name: str) -> list[str]:
    """The acts that fill in fields, of the form's lines « key = value »; what cannot be is said beside them."""
    codes = []
    for line in (form.cleaned_data.get(name) or "").splitlines():
        key, equals, text = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        definition = find("conversation", key)
        if definition is None or definition.archived or not equals:
            form.add_error(
                name, _("« %(line)s » : aucun champ de conversation n’a cette clé.") % {"line": line.strip()[:60]}
            )
            continue
        try:
            judged(definition, [part.strip() for part in text.split(",") if part.strip()] if definition.many else text)
            codes.append(f"field:{key}={text}"[: FILLED_MOST + 40])
        except BadValue as problem:
            form.add_error(name, said(problem))
    return codes
