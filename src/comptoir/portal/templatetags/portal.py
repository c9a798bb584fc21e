"""Tags of the shopper's pages: `{% load portal %}`."""

import re
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from comptoir.lib.phone import display
from comptoir.portal.shop import shop_url

register = template.Library()
_PARTS = re.compile(r"(<a\b.*?</a>|<[^>]*>)|([^<]+)", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w-])[^\W_]{1,12}(?:-[^\W_]{1,12})*-[^\W_]*\d[^\W_]{0,12}(?![\w-])")


@register.simple_tag(takes_context=True, name="shop_url")
def shop_url_tag(context: RequestContext, name: str, **kwargs: Any) -> str:
    """The address of a page of this shop: `{% shop_url "product" key=product.pk %}`."""
    return shop_url(context["request"], name, **kwargs)


@register.simple_tag(takes_context=True)
def here(context: RequestContext, name: str) -> SafeString:
    """`aria-current="page"` in the navigation, for the section that the page belongs to."""
    return SafeString('aria-current="page"') if context.get("section") == name else SafeString("")


@register.simple_tag(takes_context=True)
def in_language(context: RequestContext, code: str) -> str:
    """This page's query in another language."""
    query = context["request"].GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"


@register.filter
def numbers_whole(html: str) -> SafeString:
    """Safe HTML in which numbers with hyphens (« MA-24817 ») stay on one line; tags and addresses stay as they are."""
    found = _PARTS.sub(lambda part: part[1] or _NUMBER.sub(r'<span class="nowrap">\g<0></span>', part[2]), str(html))
    return SafeString(found)


@register.filter
def phone(number: str) -> str:
    """A telephone number as its country writes it: « 02 61 91 40 12 »."""
    return display(number)


@register.filter
def first_name(name: str) -> str:
    """« Élodie » of « Élodie Garnier »."""
    return name.split(" ")[0]


@register.filter
def is_link(url: str) -> bool:
    """Whether an address from outside may stand in a link: http and https only."""
    return url.startswith(("https://", "http://"))
