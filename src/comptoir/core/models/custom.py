"""Custom fields: what a merchant wants to know of a conversation, a customer or an order beside what every house knows."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from comptoir.core.models.shops import Shop

LONGEST = 10_000  # characters of a text


class FieldSubject(models.TextChoices):
    """Of what a field speaks."""

    CONVERSATION = "conversation", _("Conversation")
    CUSTOMER = "customer", _("Client")
    ORDER = "order", _("Commande")


class FieldKind(models.TextChoices):
    """What a field holds."""

    TEXT = "text", _("Texte court")
    LONG = "long", _("Texte long")
    NUMBER = "number", _("Nombre")
    MONEY = "money", _("Montant")
    DATE = "date", _("Date")
    YES = "yes", _("Case à cocher")
    CHOICE = "choice", _("Un choix")
    CHOICES = "choices", _("Plusieurs choix")
    LINK = "link", _("Lien")


class CustomField(models.Model):
    """A field's definition. `key` never changes: it stands in searches, macros, the API and files.

    `names` and `helps` are in other languages by their code. Without `shops` it is for all of them. An archived one is
    shown nowhere and keeps its values.
    """

    subject = models.CharField(max_length=12, choices=FieldSubject)
    key = models.CharField(max_length=30)
    kind = models.CharField(max_length=8, choices=FieldKind)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    help = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, blank=True, help_text="of amounts")
    required = models.BooleanField(default=False, help_text="conversations: must be filled in before closing")
    shops = models.ManyToManyField(Shop, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["subject", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="custom_field_once")]

    def __str__(self) -> str:
        return self.name


class CustomChoice(models.Model):
    """What may be chosen in a field. One that was taken away stays where it was chosen."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class CustomValue(models.Model):
    """A value of a field, in the column of its kind; a row a choice, no row without a value.

    Numbers stand in `number` (amounts in the currency's units, a ticked box as 1), dates in `day`, the rest in `text`.
    Each room has its own table, whose `owner` is the row that the value belongs to.
    """

    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="+", db_index=False)
    choice = models.ForeignKey(CustomChoice, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    day = models.DateField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["owner", "field", "choice"], name="%(class)s_once", nulls_distinct=False),
        ]
        indexes = [
            models.Index(
                fields=["field", "choice", "owner"], name="%(class)s_choice", condition=models.Q(choice__isnull=False)
            ),
            models.Index(
                fields=["field", "number", "owner"], name="%(class)s_number", condition=models.Q(number__isnull=False)
            ),
            models.Index(fields=["field", "day", "owner"], name="%(class)s_day", condition=models.Q(day__isnull=False)),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="%(class)s_text", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.choice_id or self.text or self.number or self.day}"
