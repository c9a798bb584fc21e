"""The storefront: products, one script tag, a policy."""

import pytest
from django.test import Client

from comptoir.conversations.models import Inbox
from comptoir.orders.models import Product
from tests import world

pytestmark = pytest.mark.django_db


def product(**more: object) -> Product:
    values = {"title": "Bougie « Figuier »", "category": "Parfums", "price": 2490, "drawing": "bougie", "stock": 3}
    return Product.objects.create(shop=world.shop(), external_id="B1", **values | more)


def test_a_product_has_its_page_with_the_chats_one_script_tag(client: Client, chat_inbox: Inbox) -> None:
    candle = product(description="<b>Cire</b>")
    home = client.get("/s/maison-alba/").content.decode()
    assert f'href="/s/maison-alba/produits/{candle.pk}/"' in home
    answer = client.get(f"/s/maison-alba/produits/{candle.pk}/")
    page = answer.content.decode()
    assert page.count("<script") == 1
    assert '<script src="http://testserver/s/maison-alba/chat.js" async></script>' in page
    assert "24,90" in page
    assert "&lt;b&gt;Cire&lt;/b&gt;" in page
    assert "ui/img/bougie.svg" in page
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self' http://testserver" in policy
    assert "unsafe" not in policy


def test_the_fullest_shelf_comes_first(client: Client) -> None:
    shelves = {"Cadeaux": 1, "Parfums": 1, "Linge de table": 2}
    for name, count in shelves.items():
        for number in range(count):
            Product.objects.create(
                shop=world.shop(), external_id=f"{name}{number}", title="X", category=name, price=100
            )
    home = client.get("/s/maison-alba/").content.decode()
    heads = [part.split("</h2>")[0] for part in home.split('<h2 id="shelf')[1:]]
    assert [head.partition(">")[2] for head in heads] == ["Linge de table", "Cadeaux", "Parfums"]


def test_a_product_of_another_shop_is_not_here(client: Client) -> None:
    candle = product()
    world.shop("rivage")
    assert client.get(f"/s/rivage/produits/{candle.pk}/").status_code == 404
    assert client.get("/s/rivage/").status_code == 200
    assert client.get("/s/nowhere/").status_code == 404


def test_a_shop_without_chat_has_no_script(client: Client) -> None:
    candle = product(drawing="", description="")
    assert "<script" not in client.get(f"/s/maison-alba/produits/{candle.pk}/").content.decode()


def test_pages_speak_the_shoppers_language(client: Client) -> None:
    product()
    assert '<html lang="fr"' in client.get("/s/maison-alba/").content.decode()
    english = client.get("/s/maison-alba/", headers={"accept-language": "en"})
    assert '<html lang="en"' in english.content.decode()
    assert english["Content-Language"] == "en"
    unspoken = client.get("/s/maison-alba/", headers={"accept-language": "fi"})
    assert unspoken["Content-Language"] == "fr"
    for path in ("nowhere/", "produits/999999/"):  # no page, and a page that knows no such product
        missing = client.get(f"/s/maison-alba/{path}", headers={"accept-language": "fi, de;q=0.5"})
        assert (missing.status_code, missing["Content-Language"]) == (404, "de")
    assert client.get("/s/maison-alba/?lang=xx")["Content-Language"] == "fr"


def test_pages_link_only_to_what_the_shop_has(client: Client) -> None:
    product()
    for path in ("", "account/signin/"):
        assert "/contact/" not in client.get(f"/s/maison-alba/{path}").content.decode()
    world.inbox("form")
    assert 'href="/s/maison-alba/contact/"' in client.get("/s/maison-alba/").content.decode()
