"""Limits, refusals and outcomes in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.orders.gestures.authority import Bar, Verdict
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.orders.models import Authority, Gesture, GestureVerb
from comptoir.ports.shop import ShopCapabilities, Verb
from comptoir.ui.words import money

ICONS = {
    Verb.REFUND: "refund", Verb.CANCEL: "xc", Verb.EDIT_ADDRESS: "pin", Verb.RESHIP: "reship", Verb.REPLACE: "reload",
    Verb.DUPLICATE: "copy", Verb.DISCOUNT_CODE: "tag", Verb.GIFT_CARD: "gift", Verb.STORE_CREDIT: "heart",
    Verb.FREE_SHIPPING: "truck", Verb.NOTE: "pencil", Verb.TAG: "flag",
}  # fmt: skip
TONES = {
    Gesture.State.DONE: "ok", Gesture.State.WAITING: "wait", Gesture.State.UNCERTAIN: "bad", Gesture.State.FAILED: "bad",
    Gesture.State.BY_HAND: "wait", Gesture.State.RESERVED: "info", Gesture.State.EXECUTING: "info", Gesture.State.UNDOING: "info",
}  # fmt: skip
# where a platform lacks a verb, the verbs that come nearest to it
NEAREST: dict[Verb, tuple[Verb, ...]] = {
    Verb.STORE_CREDIT: (Verb.GIFT_CARD, Verb.DISCOUNT_CODE),
    Verb.GIFT_CARD: (Verb.DISCOUNT_CODE, Verb.STORE_CREDIT),
    Verb.REPLACE: (Verb.RESHIP, Verb.DUPLICATE, Verb.REFUND),
    Verb.RESHIP: (Verb.DUPLICATE, Verb.REFUND),
    Verb.DUPLICATE: (Verb.DISCOUNT_CODE, Verb.NOTE),
    Verb.FREE_SHIPPING: (Verb.DISCOUNT_CODE, Verb.REFUND),
    Verb.CANCEL: (Verb.REFUND, Verb.NOTE),
    Verb.EDIT_ADDRESS: (Verb.NOTE, Verb.CANCEL),
    Verb.TAG: (Verb.NOTE,),
}


def title(verb: Verb) -> str:
    """The verb with its object: « Rembourser »."""
    return {
        Verb.REFUND: _("Rembourser"),
        Verb.CANCEL: _("Annuler la commande"),
        Verb.EDIT_ADDRESS: _("Changer l’adresse"),
        Verb.RESHIP: _("Renvoyer"),
        Verb.REPLACE: _("Remplacer"),
        Verb.DUPLICATE: _("Copier la commande"),
        Verb.DISCOUNT_CODE: _("Offrir un code de remise"),
        Verb.GIFT_CARD: _("Offrir une carte cadeau"),
        Verb.STORE_CREDIT: _("Donner un avoir"),
        Verb.FREE_SHIPPING: _("Offrir la livraison"),
        Verb.NOTE: _("Noter sur la commande"),
        Verb.TAG: _("Étiqueter la commande"),
    }[verb]


def short(verb: Verb) -> str:
    """The verb as it stands on a small button."""
    texts = {Verb.DISCOUNT_CODE: _("Offrir un geste"), Verb.CANCEL: _("Annuler"), Verb.EDIT_ADDRESS: _("Adresse")}
    return texts.get(verb) or title(verb)


def heading(verb: Verb, number: str) -> str:
    """The dialog's title."""
    texts = {
        Verb.REFUND: _("Rembourser la commande %(number)s"),
        Verb.CANCEL: _("Annuler la commande %(number)s"),
        Verb.EDIT_ADDRESS: _("Changer l’adresse de la commande %(number)s"),
        Verb.RESHIP: _("Renvoyer la commande %(number)s"),
        Verb.REPLACE: _("Remplacer des articles de la commande %(number)s"),
        Verb.DUPLICATE: _("Copier la commande %(number)s"),
    }
    return texts.get(verb, title(verb) + " · %(number)s") % {"number": number}


def why(refused: CannotAct, currency: str) -> str:
    """Why it cannot be asked, and what to do."""
    texts = {
        "nothing": _("Choisissez d’abord ce qui est concerné, ou donnez un montant."),
        "negative": _("Un montant ou un nombre est négatif."),
        "too_much": _("C’est plus que ce qui peut être rendu : il reste %(amount)s."),
        "line": _("Cet article n’est pas dans la commande."),
        "count": _("« %(detail)s » : il n’en reste pas autant."),
        "shipping": _("Pour la livraison, il reste %(amount)s."),
        "percent": _("Une remise va de 1 à 100 %%."),
        "address": _("L’adresse n’est pas complète : il faut un nom, une rue, un code postal et une ville."),
        "text": _("Écrivez le texte."),
        "long": _("Le texte est trop long."),
        "verb": _("La boutique ne sait pas le faire."),
        "amount": _("« %(detail)s » n’est pas un montant : écrivez par exemple 24,90."),
    }
    text = texts.get(refused.code, _("Cela ne peut pas être demandé."))
    return text % {"detail": refused.detail, "amount": money(refused.amount, currency)}


def forbidden(verdict: Verdict, *, nobody: bool = False) -> str:
    """Why the matrix says no."""
    if nobody:
        return _("Ce montant demande un accord, et personne ne peut le donner pour cette boutique. Voyez les plafonds.")
    if "role" in verdict.over:
        return _("Votre rôle ne permet pas ce geste. Rien n’a été fait.")
    return _("Les plafonds de la maison ne permettent pas ce geste. Rien n’a été fait.")


def remaining(bar: Bar, currency: str) -> str:
    """A limit in words: what is used of how much."""
    values = {"used": money(bar.used, currency), "limit": money(bar.limit, currency), "days": bar.days}
    if bar.kind == "day":
        return _("Aujourd’hui : %(used)s sur %(limit)s") % values
    if bar.kind == "customer" and bar.days == 365:
        return _("Ce client, 12 mois : %(used)s sur %(limit)s") % values
    if bar.kind == "customer":
        text = ngettext(
            "Ce client, %(days)d jour : %(used)s sur %(limit)s",
            "Ce client, %(days)d jours : %(used)s sur %(limit)s",
            bar.days,
        )
        return text % values
    return _("Par geste : %(limit)s") % values


def left_words(bar: Bar, currency: str) -> str:
    """What may still be done today or for this customer: « Il vous reste 35 € aujourd’hui »."""
    values = {"left": money(bar.left, currency)}
    if bar.kind == "day":
        return _("Il vous reste %(left)s aujourd’hui.") % values
    if bar.kind == "customer":
        return _("Il reste %(left)s pour ce client.") % values
    return _("Vous pouvez aller jusqu’à %(left)s par geste.") % values


def over_words(verdict: Verdict, currency: str) -> str:
    """Why a second person has to agree."""
    bar = next((bar for bar in verdict.bars if bar.over), None)
    if bar is not None:
        return left_words(bar, currency)
    return _("Aucun plafond ne parle de cette monnaie : une seconde personne donne son accord.")


def outcome(row: Gesture) -> str:
    """What a toast says of an act that was just asked for."""
    act = GestureVerb(row.verb).label
    return {
        Gesture.State.WAITING: _("%(act)s : l’accord est demandé. Rien ne part avant."),
        Gesture.State.RESERVED: _("%(act)s : c’est parti. L’issue s’affichera ici."),
        Gesture.State.BY_HAND: _("%(act)s : à faire à la main, une tâche le rappelle."),
        Gesture.State.DONE: _("%(act)s : c’est fait."),
        Gesture.State.REFUSED: _("%(act)s : la demande est retirée."),
    }.get(Gesture.State(row.state), "%(act)s") % {"act": act}


def lacking(verb: Verb, known: ShopCapabilities | None) -> str:
    """What the platform says of a verb that it lacks; "" when it has it, or when people do it by hand."""
    if known is None or verb in known.verbs:
        return ""
    return str(known.lacking.get(verb, "")) or _("Cette boutique ne sait pas le faire.")


def nearest(verb: Verb, known: ShopCapabilities | None) -> list[Verb]:
    """The verbs that come nearest, among those that the platform has."""
    return [near for near in NEAREST.get(verb, ()) if known is None or near in known.verbs]


def amount(row: Any) -> str:
    """The act's amount, "" without one."""
    return money(row.amount, row.currency) if row.amount else ""


def limits(row: Authority) -> str:
    """A row of the matrix in words."""
    if not row.allowed:
        return _("interdit")
    texts = []
    if row.per_act == 0:
        texts.append(_("demande toujours un accord"))
    elif row.per_act is not None:
        texts.append(_("%(amount)s par geste") % {"amount": money(row.per_act, row.currency)})
    if row.per_day is not None:
        texts.append(_("%(amount)s par jour") % {"amount": money(row.per_day, row.currency)})
    if row.per_customer is not None:
        values = {"amount": money(row.per_customer, row.currency), "days": row.period_days}
        texts.append(_("%(amount)s par client en %(days)d jours") % values)
    texts = texts or [_("sans limite")]
    if row.approves:
        texts.append(_("donne son accord"))
    if row.watched:
        texts.append(_("surveillé"))
    return ", ".join(texts)
