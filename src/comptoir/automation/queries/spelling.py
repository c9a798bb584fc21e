"""Spelling of an answer: what the dictionary does not know, less the names and words of this matter and this shop."""

from django.db.models import Q

from comptoir.automation.queries.manners import Manners
from comptoir.conversations.models import Conversation
from comptoir.core.models import Agent
from comptoir.lib.text import unaccent
from comptoir.lib.writing.spelling import SHOWN, Misspelled, misspelled
from comptoir.orders.models import Product


def misspellings(
    conversation: Conversation, agent: Agent, text: str, how: Manners, country: str = ""
) -> list[Misspelled]:
    """The first few; names of the customer, the agent, the shop and its products pass, and the shop's own words."""
    names = [conversation.customer_name, conversation.identity.name, agent.name, conversation.shop.name]
    names += how.wording.spelled if how.wording else []
    found = misspelled(text, how.language, country=country, known=names)[: 3 * SHOWN]
    sold = _sold(conversation.shop_id, [each.word for each in found])
    return [each for each in found if unaccent(each.word) not in sold][:SHOWN]


def _sold(shop: int, words: list[str]) -> set[str]:
    """Those of the words that stand in the name of something the shop sells."""
    if not words:
        return set()
    named = Q()
    for word in words:
        named |= Q(title__icontains=word)
    titles = Product.objects.filter(named, shop=shop).values_list("title", flat=True)[:200]
    return {part for title in titles for part in unaccent(title).replace("'", " ").replace("-", " ").split()}
