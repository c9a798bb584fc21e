"""Facts about macros: their texts and translations, what a draft carries, what was done, answers to many at once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from comptoir.conversations.models import Conversation, Draft, Message, View
from comptoir.core.models import Agent, Shop


class Macro(models.Model):
    """A text that is often needed, and the actions that go with it. Personal when it has an agent, else shared.

    `html` is the master text, in `language`, with places as lib.placeholders reads them. `acts` are codes as
    automation.acts reads them; `note` is the HTML of an internal note that is written as well.
    """

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="macros")
    name = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=30, blank=True)
    folder = models.CharField(max_length=60, blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    language = models.CharField(max_length=10, default="fr")
    html = models.TextField(blank=True)
    acts = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    note = models.TextField(blank=True)
    used = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = [Lower("name"), "pk"]

    def __str__(self) -> str:
        return self.name


class Translation(models.Model):
    """The macro's text in another language. It is stale when `master` differs from the master text of today."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10)
    html = models.TextField()
    master = models.TextField(blank=True, help_text="the master text when this was last written or confirmed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["macro", "language"], name="macro_translation_once")]
        ordering = ["language"]

    def __str__(self) -> str:
        return f"{self.macro_id} {self.language}"


class Carried(models.Model):
    """The macros that an unsent text was made with, and the actions that will be done when it leaves."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="carried")
    macros = models.JSONField(default=list, help_text="keys")
    acts = models.JSONField(default=list, help_text="codes")

    def __str__(self) -> str:
        return f"{self.draft_id} {self.acts}"


class Application(models.Model):
    """Macros were applied with a message: what was done and how it was before, for the send's undo."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="macro_application")
    macros = models.JSONField(default=list, help_text="keys")
    acts = models.JSONField(default=list, help_text="codes")
    done = models.JSONField(default=list, help_text="[act, what it was before]")
    applied_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.message_id} {self.acts}"


class Run(models.Model):
    """One macro answers many conversations: a job goes through its items."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    macro = models.ForeignKey(Macro, null=True, on_delete=models.SET_NULL, related_name="runs")
    acts = models.JSONField(default=list, help_text="codes of the acts that are done with each answer")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True, help_text="somebody stopped it: what waits does not leave")

    def __str__(self) -> str:
        return f"{self.macro_id} {self.started_at:%Y-%m-%d}"


class RunItem(models.Model):
    """One conversation of a run. What leaves is what was previewed: `digest` says so, and holds nobody's words."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("à envoyer")
        SENT = "sent", _("envoyée")
        REFUSED = "refused", _("non envoyée")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64)
    based_on = models.BigIntegerField(default=0, help_text="the newest message that the preview showed")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True, help_text="why it was refused, a code")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "conversation"], name="run_item_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.conversation_id} {self.state}"


class ArrivalRule(models.Model):
    """A shared view that acts: what is done to a conversation of it when a message arrives there.

    `acts` are codes as automation.acts reads them for arrivals. Rules run in the order of `position`; one with `stops`
    is the last that a message meets.
    """

    view = models.OneToOneField(View, on_delete=models.CASCADE, related_name="arrival")
    acts = models.JSONField(default=list)
    active = models.BooleanField(default=False)
    stops = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.view.name


class ArrivalRun(models.Model):
    """A rule acted on a message, once. `done` are the acts that changed something."""

    rule = models.ForeignKey(ArrivalRule, on_delete=models.CASCADE, related_name="runs")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    done = models.JSONField(default=list)
    ran_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "message"], name="arrival_run_once")]
        indexes = [models.Index(fields=["rule", "-id"], name="arrival_run_newest")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.message_id}"


class Wording(models.Model):
    """How a shop speaks: formal or not, words that it does not use, promises that it does not make."""

    class Address(models.TextChoices):
        """How customers are spoken to, where the language has both."""

        FORMAL = "formal", _("Vous")
        INFORMAL = "informal", _("Tu")

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="wording")
    address = models.CharField(max_length=8, choices=Address, default=Address.FORMAL)
    forbidden = models.JSONField(default=list, help_text="[{words, instead}]")
    promises = models.JSONField(default=list, help_text="[{words, instead}]")
    spelled = models.JSONField(default=list, db_default=[], help_text="words that are spelled right")
    cultures = models.JSONField(default=dict, db_default={}, help_text="{country: {address, greeting, closing, note}}")

    def __str__(self) -> str:
        return f"{self.shop_id}"
