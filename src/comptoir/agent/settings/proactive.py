"""Messages to customers: every kind with its figures; one kind with its wish, its text, its preview and its versions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.proactive.framed import framed
from comptoir.agent.settings.forms.proactive import MannerForm, TextForm, WishForm
from comptoir.agent.settings.page import settings_page
from comptoir.campaigns.actions import editing
from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Kind, Model, Setting, StockWish, Text
from comptoir.campaigns.queries import figures
from comptoir.campaigns.queries.gate import case_speaks
from comptoir.campaigns.queries.letters import Draft, Letter, letter
from comptoir.campaigns.queries.settings import languages_of, manner_of, setting_of, settings_of, wording
from comptoir.campaigns.queries.values import VARIABLES
from comptoir.campaigns.words import SPOKEN
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers.languages import LANGUAGES
from comptoir.orders import carts
from comptoir.orders.links import base
from comptoir.orders.models import Order, Product, Shipment
from comptoir.outbox.apart import send_trial

TRIED = 12  # recent orders to try a text on


@require_safe
@console(May.SETTINGS)
def kinds(request: ConsoleRequest) -> HttpResponse:
    """Every kind of message of a shop, off, proposed or sent, with its figures of ninety days."""
    shops = list(Shop.objects.order_by("name"))
    wanted = request.GET.get("shop", "")
    shop = next((one for one in shops if str(one.pk) == wanted), shops[0] if shops else None)
    if shop is None:
        return settings_page(request, "agent/settings/proactive.html", {"shops": []})
    counted, wished = figures.figures(shop), settings_of(shop)
    context: dict[str, Any] = {
        "shops": shops,
        "shop": shop,
        "rows": [
            {
                "kind": kind,
                "label": label,
                "wish": wished[kind],
                "figures": counted.get(kind),
                "case": case_speaks(shop, kind),
                "said": [speaker for value, speaker in Setting.Speaker.choices if value in wished[kind].said_by],
            }
            for kind, label in Kind.choices
        ],
        "manner": MannerForm(None, manner_of(shop)),
        "measures": manner_of(shop).measures,
        "spared": figures.spared(shop) if "spared" in request.GET else None,
    }
    return settings_page(request, "agent/settings/proactive.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def kind(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """One kind: the wish is posted with `wish`, the text with `text`."""
    place = _Place(request, key, kind)
    setting = setting_of(place.shop, kind)
    wish = WishForm(request.POST if "wish" in request.POST else None, setting)
    text = TextForm(request.POST if "text" in request.POST else None, initial=place.initial())
    if wish.is_bound and wish.is_valid():
        editing.choose(place.shop, kind, wish.values(), actor=Actor.of(request.agent))
        messages.success(request, _("C’est réglé\u202f; cela vaut pour ce qui arrive désormais."))
        return HttpResponseRedirect(place.url)
    if text.is_bound and text.is_valid():
        editing.write(place.shop, kind, place.stored_model, place.language, text.wording(), agent=request.agent)
        messages.success(request, _("La nouvelle version est enregistrée."))
        return HttpResponseRedirect(place.url)
    bad = wish.is_bound or text.is_bound
    return settings_page(
        request, "agent/settings/proactive_kind.html", place.context(wish, text), status=422 if bad else 200
    )


@require_POST
@console(May.SETTINGS)
def preview(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """The text that is being written, with a real order, as the customer would see it."""
    said = _Place(request, key, kind).said(request)
    if said is None:
        return framed(f"<p>{_('Dès la première commande, vous verrez ici le message.')}</p>", dark=False)
    return framed(said.html, dark=request.POST.get("scheme") == "dark")


@require_POST
@console(May.SETTINGS)
def trial(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """Send it to oneself, with a real order's values."""
    place = _Place(request, key, kind)
    said = place.said(request)
    if said is None:
        messages.error(request, _("Il faut une première commande pour l’essayer."))
    else:
        send_trial(request.agent, place.shop, subject=said.subject, text=said.text, html=said.html)
        messages.success(request, _("L’essai part vers %(email)s.") % {"email": request.agent.email})
    return HttpResponseRedirect(place.url)


@require_POST
@console(May.SETTINGS)
def withdrawal(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """Undo the newest version of the text."""
    place = _Place(request, key, kind)
    if editing.withdraw(place.shop, kind, place.stored_model, place.language, agent=request.agent):
        messages.success(request, _("La version précédente vaut de nouveau."))
    return HttpResponseRedirect(place.url)


@require_POST
@console(May.SETTINGS)
def manner(request: ConsoleRequest, key: int) -> HttpResponse:
    """The quiet hours and what is counted."""
    shop = get_object_or_404(Shop, pk=key)
    form = MannerForm(request.POST, manner_of(shop))
    if form.is_valid():
        editing.set_manner(shop, form.cleaned_data, actor=Actor.of(request.agent))
        messages.success(request, _("C’est réglé."))
    else:
        messages.error(request, _("Une heure va de 0 à 23. Rien n’a été changé."))
    return HttpResponseRedirect(f"{reverse('settings-proactive')}?shop={shop.pk}")


class _Place:
    """Which text of which shop is shown: kind, model of confirmation, language."""

    def __init__(self, request: ConsoleRequest, key: int, kind: str) -> None:
        self.shop = get_object_or_404(Shop, pk=key)
        if kind not in Kind.values:
            raise Http404
        self.kind = kind
        asked = request.GET if request.method in ("GET", "HEAD") else request.POST
        wanted = asked.get("model", "") if kind == Kind.CONFIRMED else ""
        self.model = (
            wanted if wanted in Model.values else (setting_of(self.shop, kind).model if kind == Kind.CONFIRMED else "")
        )
        spoken = asked.get("language", "")
        own = self.shop.language[:2] if self.shop.language[:2] in SPOKEN else "en"
        self.language = spoken if spoken in SPOKEN else own

    @property
    def stored_model(self) -> str:
        return "" if self.model == Model.PLAIN else self.model

    @property
    def url(self) -> str:
        query = {"language": self.language} | ({"model": self.model} if self.model else {})
        return f"{reverse('settings-proactive-kind', args=[self.shop.pk, self.kind])}?{urlencode(query)}"

    def initial(self) -> dict[str, str]:
        said = wording(self.shop, self.kind, self.stored_model, self.language)
        return {"subject": said.subject, "title": said.title, "body": said.body}

    def context(self, wish: WishForm, text: TextForm) -> dict[str, Any]:
        rows = Text.objects.filter(shop=self.shop, kind=self.kind, model=self.stored_model, language=self.language)
        own = languages_of(self.shop, self.kind, self.stored_model)
        names = {code: label for code, label in LANGUAGES if code in SPOKEN}
        return {
            "place": self,
            "kind_label": Kind(self.kind).label,
            "stock_url": f"{base(self.shop)}/stock/?product=…",
            "wish": wish,
            "text": text,
            "case": case_speaks(self.shop, self.kind),
            "has_case": bool(TRAITS[self.kind].case),
            "versions": list(rows.select_related("author")[:12]),
            "languages": [(code, label, code in own, code == self.language) for code, label in names.items()],
            "models": [(value, label, value == self.model) for value, label in Model.choices] if self.model else [],
            "variables": VARIABLES.items(),
            "orders": list(self._orders()[:TRIED]),
        }

    def _orders(self) -> Any:
        rows = Order.objects.filter(shop=self.shop, identity__customer__erased_at=None)
        if TRAITS[self.kind].parcel:
            rows = rows.filter(shipments__isnull=False).distinct()
        return rows.select_related("shop", "identity__customer").order_by("-placed_at")

    def said(self, request: ConsoleRequest) -> Letter | None:
        """The posted text (else the one that holds) with the posted order (else the newest)."""
        asked = request.POST.get("order", "")
        found = self._orders()
        if asked.isascii() and asked.isdecimal() and len(asked) < 19:
            found = found.filter(pk=int(asked))
        order = found.first()
        if order is None:
            return None
        parcel = order.shipments.first() if TRAITS[self.kind].parcel else None
        form = TextForm(request.POST)
        posted = form.is_valid()
        now = form.wording() if posted else wording(self.shop, self.kind, self.stored_model, self.language)
        row = self._sample(order, parcel)
        return letter(row, Draft(now, self.language, self.model)) if row else None

    def _sample(self, order: Order, parcel: Shipment | None) -> Announcement | None:
        """A message as that order's customer would get it: of a cart with the same articles, of the first of them."""
        if self.kind == Kind.ABANDONED_CART:
            cart = carts.like(order)
            return Announcement(shop=self.shop, cart=cart, kind=self.kind)
        if self.kind == Kind.BACK_IN_STOCK:
            bought = order.lines.exclude(product=None).select_related("product").first()
            product = bought.product if bought else Product.objects.filter(shop=self.shop).order_by("pk").first()
            wish = StockWish(shop=self.shop, identity=order.identity, product=product, language=self.language)
            return Announcement(shop=self.shop, wish=wish, kind=self.kind) if product else None
        return Announcement(shop=self.shop, order=order, shipment=parcel, kind=self.kind)
