"""Facts about people."""

from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Agent, CustomValue, Shop


class Tag(models.Model):
    """A word that the team puts on customers and conversations."""

    name = models.CharField(max_length=40, unique=True)
    tone = models.CharField(max_length=6, blank=True, help_text="'', ok, wait, bad, info")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


# what a part of a postal address is looked for in
ADDRESS = Upper(
    Concat("company", Value(" "), "street", Value(" "), "postcode", Value(" "), "city", output_field=models.TextField())
)


class Customer(models.Model):
    """A person (or a household's shared address). Erased ones keep their key and nothing else."""

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    company = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    since = models.DateField(null=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_trgm"),
            GinIndex(OpClass(ADDRESS, name="gin_trgm_ops"), name="customer_address_trgm"),
            models.Index(fields=["country"], name="customer_country", condition=~models.Q(country="")),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def live_topics(self) -> Iterable[str]:
        """What streams are told when this customer changes."""
        return [f"customer:{self.pk}"]


class IdentityKind(models.TextChoices):
    """By what a person is known to us."""

    EMAIL = "email", _("Adresse e-mail")
    PHONE = "phone", _("Téléphone")
    CHAT = "chat", _("Visite du site")
    SHOP = "shop", _("Numéro client")


class Identity(models.Model):
    """An address, a phone, a browser's chat, a shop's customer number: never changed, only moved by a merge.

    `value` is normalised (lower-cased address, E.164 phone) and unique for its kind and shop; `shop` is set for
    customer numbers only. Erasing replaces the value by a digest.
    """

    introduced = False  # whether the look-up that gave this object made it (actions.identify): nothing is known of them

    kind = models.CharField(max_length=8, choices=IdentityKind)
    value = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True, help_text="as this address signs")
    shop = models.ForeignKey(Shop, null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    verified_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value", "shop"],
                nulls_distinct=False,
                name="identity_once",
            ),
        ]
        indexes = [GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="identity_value_trgm")]

    def __str__(self) -> str:
        return self.value


class CustomerNote(models.Model):
    """Something worth keeping in mind, seen by the team only."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:40]


class CustomerValue(CustomValue):
    """What a custom field says of a customer."""

    owner = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="custom_values", db_index=False)

    class Meta(CustomValue.Meta):
        pass


class Merge(models.Model):
    """Two files found to be one person: what moved, so that it can move back."""

    source = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_away")
    target = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_here")
    identities = models.ManyToManyField(Identity, related_name="+")
    notes = models.JSONField(default=list, help_text="keys of the notes that moved")
    tags = models.JSONField(default=list, help_text="keys of the tags that the target did not have")
    values = models.JSONField(default=list, help_text="keys of the custom values that the target did not have")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class ConsentChannel(models.TextChoices):
    """By what someone may be written to or called."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")
    PHONE = "phone", _("Téléphone")
    POST = "post", _("Courrier")


class ConsentPurpose(models.TextChoices):
    """What for. ORDERS accompanies a purchase by e-mail until it is stopped; everything else waits for a yes."""

    ORDERS = "orders", _("Suivi de commande")
    NEWS = "news", _("Nouveautés et offres")
    SURVEYS = "surveys", _("Enquêtes et avis")
    MEASURE = "measure", _("Mesure de lecture")


class Consent(models.Model):
    """One decision of a person about one shop, channel and purpose, with its proof. Never changed: the newest counts.

    It points to the address that decided, so that merging and unmerging files carry it along.
    """

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="consents")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=ConsentChannel)
    purpose = models.CharField(max_length=8, choices=ConsentPurpose)
    given = models.BooleanField(help_text="false: withdrawn")
    text = models.TextField(blank=True, help_text="the words that were shown, as they were shown")
    version = models.CharField(max_length=40, blank=True, help_text="of that text")
    form = models.CharField(max_length=40, help_text="where: account, unsubscribe, checkout, shopify, agent, ...")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["decided_at", "pk"]
        indexes = [models.Index(fields=["identity", "shop", "channel", "purpose"], name="consent_standing")]

    def __str__(self) -> str:
        return f"{self.name}: {'yes' if self.given else 'no'}"

    @property
    def name(self) -> str:
        """What it is about, for the journal: « Nouveautés et offres (SMS) »."""
        return f"{self.get_purpose_display()} ({self.get_channel_display()})"


class SignInKey(models.Model):
    """The secret with which a shop's own site signs its customers in to their account here."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="signin_key")
    secret = models.TextField(help_text="encrypted")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.shop_id}"
