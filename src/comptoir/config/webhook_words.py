"""Why a payload was understood as it was, in French or English, without Django."""

from comptoir.ports.carrier import Followed
from comptoir.ports.shop import Notice

WORDS = {
    "by": ("Compris par le connecteur {vendor}.", "Understood by the connector {vendor}."),
    "guessed": (
        "La forme du contenu a fait choisir {vendor}\u202f; nommez-le pour en être sûr.",
        "The shape of the payload chose {vendor}; name it to be sure.",
    ),
    "topic": ("Sujet\u202f: {topic}.", "Topic: {topic}."),
    "shape": ("Sans sujet, la forme dit\u202f: {kind}.", "Without a topic, its shape says: {kind}."),
    "state": (
        "«\u202f{status}\u202f» de la boutique se lit ici «\u202f{state}\u202f».",
        "The shop's “{status}” reads “{state}” here.",
    ),
    "clock": (
        "L’heure de la boutique ({at}) décide\u202f: une nouvelle plus ancienne ne change rien.",
        "The shop's clock ({at}) decides: an older telling changes nothing.",
    ),
    "no_clock": (
        "Sans heure de la boutique, la commande peut avancer mais pas reculer.",
        "Without the shop's clock the order may move on but not back.",
    ),
    "no_email": (
        "Sans adresse e-mail, la commande va au numéro de client, au téléphone, sinon à personne de connu.",
        "Without an e-mail address the order goes to the customer's number, the telephone, or to nobody known.",
    ),
    "thin": (
        "Le contenu nomme la commande {key} sans la dire toute\u202f: elle est relue dans la boutique.",
        "The payload names order {key} without telling all of it: it is read from the shop.",
    ),
    "gone": (
        "La boutique l’a supprimé\u202f; ce qui est gardé ici reste.",
        "The shop deleted it; what is kept here stays.",
    ),
    "privacy": (
        "Une demande sur des données personnelles devient une tâche avec son délai\u202f; rien ne s’efface tout seul.",
        "A request about personal data becomes a task with its deadline; nothing is erased by itself.",
    ),
    "codes": (
        "Codes que la table ne connaît pas, gardés et jamais devinés\u202f: {codes}.",
        "Codes that the table does not know, kept and never guessed: {codes}.",
    ),
    "unknown": (
        "Numéros que le transporteur ne connaît pas\u202f: {numbers}.",
        "Numbers that the carrier does not know: {numbers}.",
    ),
    "nothing": ("Rien ici que Comptoir garde.", "Nothing in it that Comptoir keeps."),
}


def reasons(vendor: str, notice: Notice, followed: Followed | None, *, guessed: bool, language: str) -> list[str]:
    """Sentences, in the order in which the inbound road decides."""
    said: list[tuple[str, dict[str, str]]] = [("guessed" if guessed else "by", {"vendor": vendor})]
    if followed is not None:
        said += [("codes", {"codes": ", ".join(followed.codes)})] if followed.codes else []
        said += [("unknown", {"numbers": ", ".join(followed.unknown)})] if followed.unknown else []
        said += [] if followed.parcels or followed.unknown else [("nothing", {})]
    else:
        said += _of_shop(notice)
    place = 0 if language == "fr" else 1
    return [WORDS[key][place].format(**values) for key, values in said]


def _of_shop(notice: Notice) -> list[tuple[str, dict[str, str]]]:
    said: list[tuple[str, dict[str, str]]] = [
        ("topic", {"topic": notice.topic}) if notice.topic else ("shape", {"kind": notice.kind})
    ]
    if notice.privacy:
        return [*said, ("privacy", {})]
    if notice.gone:
        return [*said, ("gone", {})]
    order = notice.order
    if order is None:
        known = notice.product or notice.customer
        thin = notice.order_id and not known
        return [*said, ("thin", {"key": notice.order_id})] if thin else said if known else [*said, ("nothing", {})]
    if order.status:
        said.append(("state", {"status": order.status, "state": order.state}))
    said.append(("clock", {"at": order.updated_at.isoformat()}) if order.updated_at else ("no_clock", {}))
    if not order.email:
        said.append(("no_email", {}))
    return said
