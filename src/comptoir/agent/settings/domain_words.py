"""What the DNS says about a domain, in plain words, with the record to add."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

NAMES = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}


@dataclass(frozen=True, slots=True)
class Line:
    """One judgement as the page shows it."""

    about: str
    name: str
    status: str
    mark: str
    title: str
    text: str
    record: tuple[str, str, str] | None
    found: str


def lines(findings: list[dict[str, Any]]) -> list[Line]:
    """The findings in words."""
    return [_line(finding) for finding in findings]


def _line(finding: dict[str, Any]) -> Line:
    about, code, status = finding["about"], finding["code"], finding["status"]
    titles, texts = _WORDS[about]()
    values = {"count": "", "name": "", "selector": "", "bits": "", "policy": "", "limit": "", **finding["values"]}
    record = finding.get("record")
    return Line(
        about=about,
        name=NAMES[about],
        status=status,
        mark=_marks()[status],
        title=titles.get(code, _dns_title() if code == "dns" else NAMES[about]) % values,
        text=texts.get(code, _dns_text() if code == "dns" else "") % values,
        record=(record[0], record[1], record[2]) if record else None,
        found=finding.get("found", ""),
    )


def _marks() -> dict[str, str]:
    return {
        "good": _("ok"),
        "missing": _("à faire"),
        "bad": _("à corriger"),
        "weak": _("à revoir"),
        "unknown": _("inconnu"),
    }


def _dns_title() -> str:
    return _("Le DNS n’a pas répondu")


def _dns_text() -> str:
    return _("On ne sait donc rien : ni bien, ni mal. Vérifiez à nouveau dans quelques minutes.")


def _spf() -> tuple[dict[str, str], dict[str, str]]:
    titles = {
        "good": _("SPF"),
        "present": _("SPF présent"),
        "missing": _("SPF manquant"),
        "several": _("%(count)s enregistrements SPF"),
        "all": _("SPF laisse passer tout le monde"),
        "lookups": _("SPF trop long"),
        "absent": _("SPF ne nomme pas %(name)s"),
        "open_end": _("SPF sans fin"),
        "neutral": _("SPF sans avis"),
    }
    texts = {
        "good": _("Votre serveur d’envoi a le droit d’écrire en votre nom."),
        "present": _("Un enregistrement est en place. Nous ne connaissons pas votre hébergeur : vérifiez qu’il y est nommé."),
        "missing": _("Rien ne dit quels serveurs écrivent en votre nom : vos réponses risquent les indésirables."),
        "several": _("Un domaine n’a droit qu’à un seul : avec plusieurs, aucun ne compte. Remplacez-les par celui-ci."),
        "all": _("Avec « +all », n’importe qui peut écrire en votre nom. Remplacez-le par « ~all »."),
        "lookups": _("Il demande plus de %(limit)s recherches DNS (%(count)s ici) : les serveurs le refusent en entier. Retirez des « include » qui ne servent plus."),
        "absent": _("Vos réponses partent par %(name)s, que l’enregistrement ne nomme pas. Ajoutez-le."),
        "open_end": _("Il manque « ~all » à la fin : sans lui, l’enregistrement n’exclut personne."),
        "neutral": _("« ?all » ne dit rien des autres serveurs. « ~all » protège votre nom."),
    }  # fmt: skip
    return titles, texts


def _dkim() -> tuple[dict[str, str], dict[str, str]]:
    titles = {
        "good": _("DKIM"),
        "found": _("DKIM en place"),
        "short": _("Clé DKIM trop courte"),
        "testing": _("DKIM à l’essai"),
        "revoked": _("Clé DKIM retirée"),
        "broken": _("Clé DKIM introuvable"),
        "unknown": _("DKIM : on ne sait pas"),
    }
    texts = {
        "good": _("Vos messages sont signés (sélecteur %(selector)s, vu dans votre propre courrier)."),
        "found": _("Une clé est publiée (sélecteur %(selector)s). Nous ne voyons pas d’ici si chaque message est signé : écrivez-vous un message depuis une autre adresse de la maison, puis vérifiez à nouveau."),
        "short": _("La clé du sélecteur %(selector)s fait moins de 1024 bits : elle n’est plus acceptée. Demandez-en une neuve à votre hébergeur."),
        "testing": _("La clé du sélecteur %(selector)s porte « t=y » : les serveurs l’ignorent. Retirez cette mention une fois l’essai fini."),
        "revoked": _("Le sélecteur %(selector)s est publié sans clé. Si votre courrier l’utilise encore, il échoue."),
        "broken": _("Vos messages portent une signature (sélecteur %(selector)s), mais sa clé n’est pas publiée : toutes échouent. Demandez l’enregistrement à votre hébergeur."),
        "unknown": _("Le nom de la clé (le sélecteur) ne se devine pas ; nous en avons essayé %(count)s. Activez DKIM chez votre hébergeur, écrivez-vous un message, puis vérifiez à nouveau : nous le lirons dedans."),
    }  # fmt: skip
    return titles, texts


def _dmarc() -> tuple[dict[str, str], dict[str, str]]:
    titles = {
        "good": _("DMARC"),
        "missing": _("DMARC manquant"),
        "several": _("%(count)s enregistrements DMARC"),
        "policy": _("DMARC sans consigne"),
        "none": _("DMARC en observation"),
        "no_reports": _("DMARC sans rapports"),
    }
    texts = {
        "good": _("Qui écrit en votre nom sans preuve est écarté (%(policy)s), et vous recevez les rapports."),
        "missing": _("Gmail et Yahoo le demandent. Commencez par observer (p=none) : rien n’est refusé, et les rapports disent qui écrit en votre nom. L’adresse « rua » doit exister, et n’être pas celle de vos clients."),
        "several": _("Avec plusieurs enregistrements, aucun ne compte. Gardez-en un."),
        "policy": _("La consigne « p= » manque ou n’est pas connue : l’enregistrement ne compte pas."),
        "none": _("p=none observe sans protéger. Quand SPF et DKIM sont en place et que les rapports sont propres, passez à « quarantine »."),
        "no_reports": _("La consigne est en place (%(policy)s), mais personne ne reçoit les rapports. Ajoutez « rua » avec une adresse à vous."),
    }  # fmt: skip
    return titles, texts


_WORDS = {"spf": _spf, "dkim": _dkim, "dmarc": _dmarc}
