"""The people and orders that the design's pictures show, as they stand there; days are counted back from today."""

from datetime import datetime, timedelta
from typing import Any

from comptoir.core.models import Agent
from comptoir.customers.models import Customer, CustomerNote, Identity, IdentityKind
from comptoir.demo.parcels import LINKS, Parcel
from comptoir.demo.people import People, Person
from comptoir.demo.purchases import Purchase, Purchases, line_of
from comptoir.orders.models import Order, Refund, Shipment, TrackingEvent
from comptoir.orders.models import ParcelState as P

# name, address to write from, street, postcode, city, country, phone, customer since (days), number at the shop
PEOPLE: tuple[tuple[str, str, str, str, str, str, str, int, str], ...] = (
    ("Claire Vasseur", "claire.vasseur@orange.fr", "8 rue des Naudières", "44400", "Rezé", "FR", "+33641882075", 1353, "4812"),
    ("Marc Vasseur", "marc.vasseur@orange.fr", "8 rue des Naudières", "44400", "Rezé", "FR", "", 74, ""),
    ("Léa Fontaine", "lea.fontaine@mail.example", "27 rue de Bretagne", "35000", "Rennes", "FR", "+33661204418", 210, ""),
    ("Karim Benali", "karim.benali@free.example", "31 rue Paul-Bellamy", "44000", "Nantes", "FR", "+33698112034", 402, ""),
    ("Odile Garnier", "odile.garnier@laposte.example", "4 place Bellecour", "69002", "Lyon", "FR", "+33478421906", 690, ""),
    ("Paul Lemoine", "paul.lemoine@mail.example", "12 quai Duguay-Trouin", "35400", "Saint-Malo", "FR", "", 155, ""),
    ("Hélène Quéré", "helene.quere@orange.example", "9 rue de Siam", "29200", "Brest", "FR", "+33298441763", 830, ""),
    ("Jeanne Pruvost", "jeanne.pruvost@ateliers-ponant.example", "3 quai de la Douane", "29200", "Brest", "FR", "", 61, ""),
    ("Élodie Garnier", "elodie.garnier@mail.example", "17, rue Sainte-Catherine", "69001", "Lyon", "FR", "+33639984107", 251, "5177"),
    ("Odette Rabiller", "odette.rabiller@laposte.example", "6 allée des Tilleuls", "44300", "Nantes", "FR", "+33240741190", 520, ""),
    ("Julien Astier", "julien.astier@mail.example", "18 rue Joffre", "44000", "Nantes", "FR", "+33677420915", 12, ""),
    ("Denise Aubry", "denise.aubry@mail.example", "14 rue de la Bourgeonnière", "44800", "Saint-Herblain", "FR", "+33240632018", 18, ""),
    ("Marcel Thouaré", "marcel.thouare@mail.example", "2 chemin des Vignes", "44120", "Vertou", "FR", "+33240801152", 330, ""),
    ("Élodie Brossard", "elodie.brossard@free.example", "12 rue du Moulin", "44400", "Rezé", "FR", "+33664190722", 95, ""),
    ("Rachid Amrani", "rachid.amrani@mail.example", "41 boulevard de Doulon", "44300", "Nantes", "FR", "+33758331206", 44, ""),
    ("Bruno Delattre", "bruno.delattre@mail.example", "75 rue Solférino, bâtiment C", "59000", "Lille", "FR", "+33671225094", 388, ""),
    ("Manon Le Bihan", "manon.lebihan@mail.example", "5 rue du Port", "56000", "Vannes", "FR", "+33682417730", 140, ""),
    ("Giulia Ferrante", "giulia.ferrante@posta.example", "Via San Vitale", "40125", "Bologna", "IT", "+393334127781", 70, ""),
    ("Vincent Oger", "vincent.oger@mail.example", "3 rue des Carmes", "49000", "Angers", "FR", "+33614872203", 265, ""),
    ("Hortense Cadiou", "hortense.cadiou@mail.example", "22 rue de l’Hermine", "29000", "Quimper", "FR", "+33687550419", 480, ""),
    ("Léon Maupas", "leon.maupas@mail.example", "11 avenue de la Harpe", "1003", "Lausanne", "CH", "+41791824406", 122, ""),
    ("Bernard Hily", "bernard.hily@orange.example", "1 rue Haute", "22000", "Saint-Brieuc", "FR", "+33296332871", 1190, ""),
    ("Sandrine Pol", "sandrine.pol@mail.example", "19 rue Lamartine", "33000", "Bordeaux", "FR", "+33660417702", 940, ""),
    ("Louise Arnoux", "louise.arnoux@mail.example", "8 rue Haute", "67000", "Strasbourg", "FR", "", 36, ""),
    ("Sylvie Hamon", "sylvie.hamon@mail.example", "33 rue Voltaire", "44000", "Nantes", "FR", "", 410, ""),
    ("Armand Peltier", "armand.peltier@mail.example", "5 rue Kervégan", "44000", "Nantes", "FR", "", 5, ""),
    ("Nicole Gautreau", "nicole.gautreau@laposte.example", "60 rue de la Fontaine", "44600", "Saint-Nazaire", "FR", "+33240223317", 700, ""),
    ("Thomas Le Goff", "thomas.legoff@mail.example", "3, quai de la Fosse", "44000", "Nantes", "FR", "+33650773921", 1, ""),
)  # fmt: skip
VIP = ("Claire Vasseur", "Bernard Hily", "Sandrine Pol")
# number, who, days ago, hour, products with quantity, shipping, payment, state of the parcel or order
ORDERS: tuple[tuple[str, str, int, int, tuple[tuple[str, int], ...], int, str, str], ...] = (
    ("MA-22640", "Claire Vasseur", 70, 21, (("nappe-ouessant-170", 1),), 0, "Visa 4271", P.DELIVERED),
    ("MA-20913", "Claire Vasseur", 180, 19, (("bougie-figuier", 3),), 0, "Visa 4271", "part_refunded"),
    ("MA-20041", "Claire Vasseur", 262, 20, (("tasses-escale-2", 2), ("serviettes-craie-4", 2)), 0, "Visa 4271", P.DELIVERED),
    ("MA-18822", "Claire Vasseur", 341, 18, (("diffuseur-pluie", 2), ("bougie-feu", 2)), 0, "Visa 4271", P.DELIVERED),
    ("MA-15210", "Claire Vasseur", 470, 21, (("saladier-galet", 1), ("bols-galet-4", 1), ("bougie-pluie", 1), ("savon-lin", 4), ("carafe-source", 1)), 0, "Visa 4271", P.DELIVERED),
    ("MA-12077", "Claire Vasseur", 655, 10, (("nappe-ombelle-craie", 1), ("bougie-pluie", 1)), 0, "Visa 8830", P.DELIVERED),
    ("MA-09418", "Claire Vasseur", 880, 22, (("torchons-ancre-3", 2), ("tablier-ardoise", 2)), 0, "Visa 8830", P.DELIVERED),
    ("MA-06132", "Claire Vasseur", 1352, 9, (("taies-craie-2", 1), ("housse-coussin-marine", 2), ("savon-lin", 3)), 0, "Visa 8830", P.DELIVERED),
    ("MA-24790", "Karim Benali", 0, 8, (("verres-source-4", 1), ("savon-lin", 1)), 410, "CB 3318", "preparing"),
    ("MA-24794", "Odette Rabiller", 1, 15, (("nappe-ouessant-170", 1),), 0, "Visa 9026", "preparing"),
    ("MA-24802", "Denise Aubry", 5, 17, (("taies-craie-2", 1),), 490, "Mastercard 4410", P.DELAYED),
    ("MA-24809", "Marcel Thouaré", 5, 9, (("torchons-verger-3", 1),), 490, "CB 7716", P.DELAYED),
    ("MA-24811", "Élodie Brossard", 5, 11, (("tasses-escale-brume-2", 1), ("savon-lin", 2)), 490, "Visa 2094", P.DELAYED),
    ("MA-24813", "Rachid Amrani", 5, 20, (("carafe-source", 1),), 490, "PayPal", P.DELAYED),
    ("MA-24695", "Bruno Delattre", 12, 13, (("plateau-chene", 1),), 490, "Visa 5502", P.RETURNING),
    ("MA-24758", "Manon Le Bihan", 6, 14, (("diffuseur-figuier", 1),), 690, "CB 8123", P.ATTEMPT_FAILED),
    ("MA-24780", "Giulia Ferrante", 6, 10, (("tasses-escale-2", 1), ("sac-pain", 1)), 990, "Mastercard 6640", P.IN_TRANSIT),
    ("MA-24731", "Vincent Oger", 15, 21, (("bougeoir-paire", 1),), 390, "Visa 1187", P.AVAILABLE_FOR_PICKUP),
    ("MA-24742", "Hortense Cadiou", 7, 16, (("bols-maree-4", 1),), 490, "CB 9951", P.DELAYED),
    ("MA-24766", "Léon Maupas", 7, 12, (("nappe-ronde-argile", 1),), 0, "Visa 3041", P.CUSTOMS),
    ("MA-20433", "Élodie Garnier", 3, 18, (("diffuseur-pluie", 1),), 0, "Visa 4417", "preparing"),
    ("MA-20291", "Élodie Garnier", 53, 19, (("tablier-ardoise", 1), ("carafe-source", 1)), 0, "Visa 4417", "part_refunded"),
    ("MA-19870", "Élodie Garnier", 166, 12, (("bougie-figuier", 2),), 0, "Visa 4417", P.DELIVERED),
    ("MA-19216", "Élodie Garnier", 251, 20, (("nappe-ombelle-craie", 1),), 0, "Visa 4417", P.DELIVERED),
    ("MA-20441", "Thomas Le Goff", 1, 20, (("diffuseur-pluie", 1), ("carafe-source", 1)), 490, "CB 2277", P.ANNOUNCED),
)  # fmt: skip


def introduce(people: People) -> dict[str, Person]:
    """Make the people of the pictures, by name."""
    made: dict[str, Person] = {}
    for name, email, street, postcode, city, country, phone, since, _number in PEOPLE:
        language = {"IT": "it"}.get(country, "fr")
        person = people.named(name, language=language, country=country, email=email, since=since)
        person.customer.street, person.customer.postcode, person.customer.city = street, postcode, city
        if phone:
            people.give_phone(person, phone)
        made[name] = person
    return made


def shop_numbers(made: dict[str, Person], shop: Any) -> list[Identity]:
    """The customer numbers that the shop knows some of them by."""
    return [
        Identity(kind=IdentityKind.SHOP, value=number, shop=shop, name=name, customer=made[name].customer)
        for name, *_, number in PEOPLE
        if number
    ]


def order(made: dict[str, Person], purchases: Purchases) -> None:
    """Make the orders of the pictures."""
    for number, name, days, hour, goods, shipping, payment, state in ORDERS:
        purchase = _begin(made[name], purchases, number, days, hour, goods)
        purchase.order.shipping, purchase.order.payment = shipping, payment
        if number == "MA-24790":
            purchase.order.placed_at = purchases.clock.now - timedelta(hours=3, minutes=12)
        purchase.order.total = sum(line.total for line in purchase.lines) + shipping
        purchases.become(purchase, state)
        for refund in purchase.refunds:
            _refund_one_candle(purchase, refund, purchases)
    _claire(made["Claire Vasseur"], purchases)
    _elodie(made["Élodie Garnier"], purchases)


def _begin(
    person: Person, purchases: Purchases, number: str, days: int, hour: int, goods: tuple[tuple[str, int], ...]
) -> Purchase:
    row = Order(
        identity=person.identity, number=number, external_id=f"demo-{number[3:]}", currency="EUR",
        placed_at=purchases.clock.day(days, hour, 12), address=person.address, total=0,
    )  # fmt: skip
    purchase = Purchase(person, row, reserved=True)
    purchase.lines = [line_of(purchases.by_key[key], count, place) for place, (key, count) in enumerate(goods)]
    purchases.all.append(purchase)
    return purchase


def _refund_one_candle(purchase: Purchase, refund: Refund, purchases: Purchases) -> None:
    """The refunds that the pictures name: a cracked candle, an apron sent back."""
    if purchase.order.number == "MA-20913":
        refund.amount, refund.reason, refund.refunded_at = 2490, "Bougie fêlée", purchases.clock.day(167, 10, 5)
    if purchase.order.number == "MA-20291":
        refund.amount, refund.reason, refund.refunded_at = 3900, "Retour : tablier", purchases.clock.day(15, 11, 30)


def _claire(person: Person, purchases: Purchases) -> None:
    """MA-24817: said to be at the relay, which never had it."""
    clock = purchases.clock
    goods = (("serviette-sauge", 4), ("bougie-figuier", 1))
    purchase = _begin(person, purchases, "MA-24817", 6, 9, goods)
    purchase.order.shipping, purchase.order.payment, purchase.order.total = 390, "Visa 4271", 9680
    purchase.order.state, purchase.order.shipping_method = Order.State.SHIPPED, "Mondial Relay, point relais"
    steps = (
        (P.ACCEPTED, clock.day(6, 17, 5), "Remis au transporteur", "Nantes (44)"),
        (P.IN_TRANSIT, clock.day(5, 6, 40), "Dépôt de Carquefou", "Carquefou (44)"),
        (P.AVAILABLE_FOR_PICKUP, clock.day(4, 14, 12), "Disponible au relais", "Tabac de la Paix, Rezé"),
    )
    relay = {
        "name": "Tabac de la Paix", "street": "12 rue Jean-Jaurès", "postcode": "44400", "city": "Rezé",
        "until": str(clock.today + timedelta(days=10)),
    }  # fmt: skip
    purchase.parcels = [
        _parcel("Mondial Relay", "88304264", P.AVAILABLE_FOR_PICKUP, steps, relay, promised=4, clock_day=clock.day(4))
    ]
    purchase.parcels[0].lines = [0, 1]


def _elodie(person: Person, purchases: Purchases) -> None:
    """MA-20418: one parcel in the letter box, the other one held up by the snow."""
    clock = purchases.clock
    goods = (("nappe-ombelle-argile", 1), ("serviettes-argile-4", 1), ("assiettes-galet-6", 1), ("bougie-figuier", 2))
    purchase = _begin(person, purchases, "MA-20418", 10, 18, goods)
    purchase.order.payment, purchase.order.total = "Visa 4417", 29080
    purchase.order.placed_at = clock.day(10, 18, 42)
    purchase.order.state, purchase.order.shipping_method = Order.State.PARTLY_SHIPPED, "Colissimo et Mondial Relay"
    first = (
        (P.ACCEPTED, clock.day(7, 17, 40), "Remis au transporteur", "Saint-Priest (69)"),
        (P.DELIVERED, clock.day(5, 11, 24), "Livré dans votre boîte aux lettres", "Lyon"),
    )
    second = (
        (P.ANNOUNCED, clock.day(7, 16, 12), "Préparé par Inès", "Atelier de Nantes (44)"),
        (P.ACCEPTED, clock.day(6, 19, 5), "Remis à Mondial Relay", "Carquefou (44)"),
        (P.IN_TRANSIT, clock.day(5, 22, 40), "Arrivé à la plateforme", "Clermont-Ferrand (63)"),
        (
            P.DELAYED,
            clock.day(4, 8, 5),
            "Immobilisé par la neige : A89 fermée aux poids lourds",
            "Clermont-Ferrand (63)",
        ),
        (P.DELAYED, clock.day(0, 7, 18), "Reparti vers Lyon", "Clermont-Ferrand (63)"),
    )
    relay = {"name": "Librairie du Griffon", "street": "11, rue du Griffon", "postcode": "69001", "city": "Lyon"}
    purchase.parcels = [
        _parcel("Colissimo", "6A21845073918", P.DELIVERED, first, {}, promised=5, clock_day=clock.day(5)),
        _parcel("Mondial Relay", "48219037", P.DELAYED, second, relay, promised=4, clock_day=clock.day(4)),
    ]
    purchase.parcels[0].lines, purchase.parcels[1].lines = [0, 1], [2, 3]
    purchase.parcels[1].row.estimated_on = clock.today + timedelta(days=2)


def _parcel(
    carrier: str,
    number: str,
    state: str,
    steps: tuple[tuple[str, datetime, str, str], ...],
    relay: dict[str, str],
    *,
    promised: int,
    clock_day: datetime,
) -> Parcel:
    row = Shipment(
        carrier=carrier, number=number, state=state, url=LINKS[carrier].format(number=number), relay=relay,
        shipped_at=steps[0][1], promised_on=clock_day.date(),
    )  # fmt: skip
    row.delivered_at = steps[-1][1] if state == P.DELIVERED else None
    events = [
        TrackingEvent(occurred_at=moment, state=step, code=step.upper()[:12], text=text, place=place)
        for step, moment, text, place in steps
    ]
    return Parcel(row, events)


def notes(
    made: dict[str, Person], agents: dict[str, Agent], purchases: Purchases
) -> list[tuple[CustomerNote, datetime]]:
    """What the team keeps in mind about some of them, and since when."""
    texts = (
        ("Claire Vasseur", "camille", 73, "Tient une table d’hôtes. Reçoit souvent ses cadeaux à la dernière minute\u202f: proposer la livraison suivie à domicile."),
        ("Bernard Hily", "sophie", 210, "Fidèle depuis l’ouverture. Préfère qu’on l’appelle avant 11 h."),
        ("Denise Aubry", "julien", 0, "Pas d’ordinateur\u202f: tout par téléphone, c’est sa petite-fille qui commande."),
        ("Marcel Thouaré", "julien", 0, "Entend mal au téléphone, parler lentement. N’aime pas les SMS."),
        ("Odette Rabiller", "yann", 120, "Passe toujours le mardi, avec son fils."),
    )  # fmt: skip
    return [
        (CustomerNote(customer=made[name].customer, agent=agents[agent], text=text), purchases.clock.day(days, 9, 40))
        for name, agent, days, text in texts
    ]


def vip_customers(made: dict[str, Person]) -> list[Customer]:
    """The three VIP customers who have something open."""
    return [made[name].customer for name in VIP]
