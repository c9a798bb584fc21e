"""What happens when a parcel is in trouble: by kind, who writes first and what; and what following parcels has shown."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.care import words
from comptoir.care.actions.wishing import wish_for
from comptoir.care.models import CaseKind, Wish
from comptoir.care.wishes import DAYS, wish, wishes
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Shop
from comptoir.lib.placeholders import problems
from comptoir.orders.models import CarrierCode, TransitTime

SHOWN = 40
PLACES = (
    "customer.first_name", "order.number", "parcel.carrier", "parcel.number", "parcel.tracking_url", "parcel.relay",
    "date.expected", "date.promised", "date.kept_until",
)  # fmt: skip


class WishForm(forms.Form):
    """Who writes first, after how long, whose it is, and the shop's own words."""

    mode = forms.ChoiceField(label=gettext_lazy("Quand cela arrive"), choices=Wish.Mode.choices)
    days = forms.IntegerField(label=gettext_lazy("Jours"), min_value=1, max_value=60, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("À qui"), queryset=Agent.objects.none(), required=False, empty_label=gettext_lazy("À tous")
    )

    def __init__(self, agent: Agent, kind: str, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["owner"].queryset = access.agents(agent)  # type: ignore[attr-defined]
        if kind not in DAYS:
            del self.fields["days"]
        for code in words.LANGUAGES:
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Objet (%(language)s)") % {"language": code}, max_length=200, required=False
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=_("Message (%(language)s)") % {"language": code}, max_length=5_000, required=False,
                widget=forms.Textarea(attrs={"rows": 7}),
            )  # fmt: skip

    def letters(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Subject and body of each language."""
        return [(self[f"subject_{code}"], self[f"body_{code}"]) for code in words.LANGUAGES]

    def clean(self) -> dict[str, Any]:
        """A place that no value fills is told at once, not to a customer."""
        values: dict[str, Any] = super().clean() or {}
        for name, text in list(values.items()):
            if name.startswith(("subject_", "body_")) and (wrong := problems(str(text), PLACES)):
                self.add_error(name, _("Cette variable n’existe pas\u202f: %(name)s") % {"name": wrong[0].written})
        return values


@require_safe
@console(May.SETTINGS)
def parcels(request: ConsoleRequest) -> HttpResponse:
    """Every kind with its wish; the codes that nobody knows; how long roads take and how well that was known."""
    shop = _shop(request)
    context = {
        "shop": shop,
        "shops": access.shops(request.agent),
        "kinds": [(kind, CaseKind(kind).label, one) for kind, one in wishes(shop).items()],
        "codes": CarrierCode.objects.all()[:SHOWN],
        "roads": TransitTime.objects.filter(service="").order_by("-count")[:SHOWN],
    }
    return settings_page(request, "agent/settings/parcels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def parcels_kind(request: ConsoleRequest, kind: str) -> HttpResponse:
    """One kind's wish and words."""
    if kind not in CaseKind.values:
        raise Http404
    shop = _shop(request)
    kept = wish(shop, kind)
    initial: dict[str, Any] = {"mode": kept.mode, "days": kept.days, "owner": kept.owner_id}
    for code in words.LANGUAGES:
        text = kept.texts.get(code) or words.letter(kind, code)
        initial |= {f"subject_{code}": text["subject"], f"body_{code}": text["body"]}
    form = WishForm(request.agent, kind, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        wish_for(
            shop, kind, mode=values["mode"], days=values.get("days") or DAYS.get(kind, 0), owner=values["owner"],
            texts=_own(kind, values), agent=request.agent,
        )  # fmt: skip
        messages.success(request, _("C’est enregistré."))
        return HttpResponseRedirect(f"{reverse('settings-parcels')}?shop={shop.pk}")
    context = {"form": form, "shop": shop, "kind": CaseKind(kind).label, "places": PLACES}
    return settings_page(request, "agent/settings/parcels_kind.html", context, status=422 if form.is_bound else 200)


def _own(kind: str, values: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What differs from our own words; an empty text is ours."""
    own = {}
    for code in words.LANGUAGES:
        said = {
            "subject": values[f"subject_{code}"].strip(),
            "body": values[f"body_{code}"].replace("\r\n", "\n").strip(),
        }
        if all(said.values()) and said != words.letter(kind, code):
            own[code] = said
    return own


def _shop(request: ConsoleRequest) -> Shop:
    key = request.GET.get("shop", "")
    rows = access.shops(request.agent)
    if key.isascii() and key.isdecimal() and len(key) < 10:
        return get_object_or_404(rows, pk=int(key))
    found = rows.first()
    if found is None:
        raise Http404
    return found
