"""What views and filters may ask of a customer."""

from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from comptoir.core.custom.filters import fields_of
from comptoir.core.filters import Field
from comptoir.core.models import Agent, FieldSubject
from comptoir.customers.languages import LANGUAGES
from comptoir.customers.models import ADDRESS, Customer, CustomerValue, Identity, Tag


def tag_names(agent: Agent) -> list[tuple[str, Any]]:
    """All tags."""
    return [(name, name) for name in Tag.objects.values_list("name", flat=True)[:300]]


def _tags(pair: tuple[str, list[str]], agent: Agent) -> Q:
    op, names = pair
    through = Customer.tags.through.objects
    if op == "all":
        made = Q()
        for name in names:
            made &= Q(pk__in=through.filter(tag__name=name).values("customer"))
        return made
    return Q(pk__in=through.filter(tag__name__in=names).values("customer"))


def _vip(value: bool, agent: Agent) -> Q:
    marked = Q(pk__in=Customer.tags.through.objects.filter(tag__name__iexact="VIP").values("customer"))
    return marked if value else ~marked


def _named(value: str, agent: Agent) -> Q:
    """A part of the name, of an address of theirs, or of the postal address: each by its own index."""
    by_name = Customer.objects.filter(name__icontains=value).order_by().values("pk")
    by_value = Identity.objects.filter(value__icontains=value).order_by().values(key=F("customer"))
    place = Customer.objects.alias(place=ADDRESS).filter(place__contains=Upper(Value(value, CharField()))).order_by()
    return Q(pk__in=by_name.union(by_value, place.values("pk"), all=True))


FIELDS = [
    Field("customer.tag", _("Étiquette du client"), "tags", _tags, "customer", tag_names),
    Field("customer.vip", _("Client VIP"), "yes", _vip, "customer"),
    Field("customer.name", _("Nom ou adresse du client"), "text", _named, "customer"),
    Field("customer.country", _("Pays du client"), "codes", lambda v, a: Q(country__in=v), "customer"),
    Field(
        "customer.language", _("Langue du client"), "choices", lambda v, a: Q(language__in=v), "customer",
        lambda agent: list(LANGUAGES),
    ),
]  # fmt: skip
custom_fields = fields_of(FieldSubject.CUSTOMER, CustomerValue)
