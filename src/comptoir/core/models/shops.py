"""The merchant's shops (brands) and what holds for the whole installation."""

from django.db import models
from django.db.models.functions import Lower


class Schedule(models.Model):
    """Opening hours with a name, in the JSON form of lib.dates.hours."""

    name = models.CharField(max_length=80)
    hours = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Shop(models.Model):
    """One brand with its own site, language and look."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    host = models.CharField(max_length=253, blank=True, help_text="public host of the shop's Comptoir pages")
    site_url = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, default="fr")
    country = models.CharField(max_length=2, default="FR")
    currency = models.CharField(max_length=3, default="EUR")
    timezone = models.CharField(max_length=64, default="Europe/Paris")
    accent = models.CharField(max_length=9, default="#1d6b55")
    accent_dark = models.CharField(max_length=9, default="#6cc4a5")
    order_pattern = models.CharField(max_length=120, blank=True, help_text="regular expression of an order number")
    schedule = models.ForeignKey(Schedule, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("host"), name="shop_host_once", condition=~models.Q(host="")),
        ]

    def __str__(self) -> str:
        return self.name


class Installation(models.Model):
    """The one row of settings that hold everywhere."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    automatic_sending_paused = models.BooleanField(default=False)
    two_factor_required = models.BooleanField(default=False)
    mask_accounts = models.BooleanField(default=True, help_text="hide IBANs on arrival; card numbers always are")
    original_months = models.PositiveSmallIntegerField(
        null=True, help_text="mail's bytes are kept so long; null: always"
    )
    topic_required = models.BooleanField(default=False, help_text="a conversation is closed by hand with a topic only")
    demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one_row")]

    def __str__(self) -> str:
        return "Installation"

    @classmethod
    def current(cls) -> "Installation":
        """The row, made when missing."""
        return cls.objects.get_or_create(pk=1)[0]
