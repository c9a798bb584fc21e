"""The demo's story, before anything is saved: the same every day, well written, drawn."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from functools import cache

from comptoir.demo import drawings, pictured
from comptoir.demo.clock import PARIS, Clock, at_work
from comptoir.demo.people import People
from comptoir.demo.pictures import picture
from comptoir.demo.purchases import Purchases, catalogue
from comptoir.demo.talks import SHARES, Talks
from comptoir.demo.threads import written
from comptoir.orders.models import Order, OrderLine, Product, Refund, Shipment

DAY = datetime(2026, 11, 24, 11, 42, tzinfo=PARIS)


@cache
def story() -> tuple[Purchases, list]:
    return told(DAY)


def told(now: datetime) -> tuple[Purchases, list]:
    clock = Clock(now)
    products, weights = catalogue(lambda row: Product(external_id=row["key"], title=row["title"], price=row["price"]))
    people = People(clock)
    known = pictured.introduce(people)
    crowd = people.crowd(1_400)
    purchases = Purchases(clock, products, weights)
    pictured.order(known, purchases)
    purchases.year(crowd, 1_940)
    talks = Talks(clock, people, purchases, known).all()
    purchases.number({row[0] for row in pictured.ORDERS} | {"MA-24817", "MA-20418"})
    return purchases, talks


def test_the_same_story_at_every_run_and_on_every_day() -> None:
    purchases, talks = story()
    again, same = told(DAY)
    assert [(p.order.number, p.order.total, p.person.customer.name, p.placed) for p in purchases.all] == [
        (p.order.number, p.order.total, p.person.customer.name, p.placed) for p in again.all
    ]
    assert [[one.text for one in talk.said] for talk in talks] == [[one.text for one in talk.said] for talk in same]
    _, later = told(DAY + timedelta(days=7))
    assert [(talk.subject.split("MA-")[0], talk.person.customer.name) for talk in talks if talk.state == "open"] == [
        (talk.subject.split("MA-")[0], talk.person.customer.name) for talk in later if talk.state == "open"
    ]
    newest = max(one.at for talk in later for one in talk.said)
    assert timedelta() < DAY + timedelta(days=7) - newest < timedelta(minutes=2)


def test_nothing_is_still_to_come_and_everything_is_in_order() -> None:
    after_midnight = datetime(2027, 1, 3, 0, 4, tzinfo=PARIS)
    for now, (purchases, talks) in ((DAY, story()), (after_midnight, told(after_midnight))):
        assert all(one.at < now for talk in talks for one in talk.said)
        for talk in talks:
            moments = [one.at for one in talk.said]
            assert moments == sorted(moments), talk.subject
        assert all(purchase.placed < now for purchase in purchases.all)
        numbers = [purchase.order.number for purchase in purchases.all]
        assert len(set(numbers)) == len(numbers)
        for purchase in purchases.all:
            steps = [step.occurred_at for parcel in purchase.parcels for step in parcel.events]
            assert all(step < now for step in steps)
            assert all(refund.amount <= purchase.order.total for refund in purchase.refunds)
            assert purchase.order.total > 0


def test_texts_are_whole() -> None:
    _, talks = story()
    for talk in talks:
        for text in [talk.subject, *(one.text for one in talk.said)]:
            assert text.strip(), talk.subject
            assert not re.search(r"[{}\[\]|]", text), text
            if talk.thread.language == "fr":
                assert not re.search(r"« | »| [;!?](?:\s|$)|\d €|'", text), text
    assert {talk.thread.language for talk in talks} == set(SHARES)
    assert len(written()) >= 180
    first = [talk for talk in talks if talk.state != "closed"]
    assert len({talk.said[0].text for talk in first}) == len(first)


def test_values_fit_their_columns() -> None:
    purchases, talks = story()
    for purchase in purchases.all:
        rows = [purchase.order, *purchase.lines, *purchase.refunds, *(parcel.row for parcel in purchase.parcels)]
        for row in rows:
            for field in row._meta.concrete_fields:
                limit, value = getattr(field, "max_length", None), getattr(row, field.attname)
                assert not (limit and isinstance(value, str) and len(value) > limit), (field, value)
    assert {type(row) for row in rows} <= {Order, OrderLine, Refund, Shipment}
    assert all(len(talk.subject) <= 300 for talk in talks)


def test_an_answer_outside_opening_hours_waits_for_the_morning() -> None:
    sunday = datetime(2026, 11, 22, 11, 0, tzinfo=PARIS)
    assert at_work(sunday, 5) == datetime(2026, 11, 23, 9, 35, tzinfo=PARIS)
    evening = datetime(2026, 11, 21, 20, 0, tzinfo=PARIS)
    assert at_work(evening, 5) == datetime(2026, 11, 23, 9, 35, tzinfo=PARIS)
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
    assert at_work(noon, 5) == noon


def test_every_product_is_drawn_and_the_files_are_up_to_date() -> None:
    rows, _ = catalogue(lambda row: row)
    for place, row in enumerate(rows):
        drawn = drawings.draw(*row["draw"], place)
        assert ET.fromstring(drawn).tag.endswith("svg")
        assert (drawings.TARGET / f"{row['key']}.svg").read_text("utf-8") == drawn, "python -m comptoir.demo.drawings"
    assert len(list(drawings.TARGET.glob("*.svg"))) == len(rows) == 62


def test_photographs_are_the_same_at_every_run() -> None:
    content, kind = picture("bougie-cassee.jpg")
    assert (content[:3], kind) == (b"\xff\xd8\xff", "image/jpeg")
    picture.cache_clear()
    assert picture("bougie-cassee.jpg")[0] == content
    assert picture("devis-signe.pdf")[0].startswith(b"%PDF")
