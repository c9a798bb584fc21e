"""How the customer of one conversation is written to: their country's ways, the shop's own words for it, vous or tu."""

from dataclasses import dataclass

from comptoir.automation.cultures import Culture, country_for, culture
from comptoir.automation.models import Wording
from comptoir.automation.queries.choosing import language_of
from comptoir.conversations.models import Conversation
from comptoir.lib import names
from comptoir.lib.language import short


@dataclass(frozen=True, slots=True)
class Manners:
    """The language to answer in, how its reader is addressed (formal, informal), the country's ways when known."""

    language: str
    address: str
    culture: Culture | None
    wording: Wording | None


def manners(conversation: Conversation, *, country: str = "", reader: str = "fr") -> Manners:
    """Those of the customer's country, or of `country`. The shop's vous or tu holds in its own language, its tu in all;
    elsewhere the country's."""
    wording = Wording.objects.filter(shop=conversation.shop_id).first()
    language = language_of(conversation)
    code = country or country_for(
        language, customer=conversation.identity.customer.country, shop=conversation.shop.country
    )
    own = wording.cultures.get(code, {}) if wording else {}
    found = culture(code, reader=reader, own=own) if code else None
    return Manners(language, _address(wording, found, own, conversation, language), found, wording)


def _address(
    wording: Wording | None, found: Culture | None, own: dict[str, str], conversation: Conversation, language: str
) -> str:
    house = wording.address if wording else Wording.Address.FORMAL
    at_home = language == short(conversation.shop.language)
    if own.get("address") or not (at_home or house == Wording.Address.INFORMAL):
        return (found.address if found else "") or house
    return house


def lines(templates: tuple[str, ...], customer_name: str) -> list[str]:
    """Greetings with the customer's names in; those that need a name that is not known are left out."""
    given = {"{first}": names.first_name(customer_name), "{last}": names.last_name(customer_name)}
    found = []
    for template in templates:
        missing = [place for place, name in given.items() if place in template and not name]
        if not missing:
            for place, name in given.items():
                template = template.replace(place, name)
            found.append(template)
    return found
