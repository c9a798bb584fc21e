"""What matters are about: a tree of topics, of which each conversation bears one code."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from comptoir.core.models import Shop


class Topic(models.Model):
    """A topic of the tree, « Livraison › Colis perdu ».

    `code` never changes and stands on conversations, in macros, views and exports; the name may change at any time.
    `names` are the name in other languages by their code. `branch` are all codes by which a filter finds this one: its
    own, those of the topics above it, and those of topics that were merged into one of these. Without `shops` it is
    offered in all of them. An archived or merged one is offered no more; conversations keep what they have.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    branch = ArrayField(models.CharField(max_length=60), default=list)
    shops = models.ManyToManyField(Shop, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
