"""SPF, DKIM and DMARC of a domain, and the servers of an address, asked of a name server on this machine."""

import base64
from collections.abc import Iterator

import pytest

from comptoir.lib.dns import Resolver
from comptoir.lib.mailboxes.discovery import discover
from comptoir.lib.mailboxes.domain import Finding, examine
from comptoir.lib.mailboxes.providers import PROVIDERS, provider
from tests.adapters.naming import Zone, name_server

SHOP = "maison-alba.example"
KEY = base64.b64encode(b"k" * 294).decode()
OVH = "v=spf1 include:mx.ovh.com ~all"


@pytest.fixture(scope="module")
def running() -> Iterator[Zone]:
    with name_server() as zone:
        yield zone


@pytest.fixture
def zone(running: Zone) -> Zone:
    running.records.clear()
    running.asked.clear()
    running.silent = False
    running.txt("mx.ovh.com", "v=spf1 ip4:192.0.2.0/24 -all")
    return running


def judged(zone: Zone, about: str, *, key: str = "ovh", seen: tuple[str, ...] = ()) -> Finding:
    resolver = Resolver([zone.server])
    found = examine(SHOP, resolver, provider=provider(key), selectors=seen, reports=f"dmarc@{SHOP}")
    return next(finding for finding in found if finding.about == about)


@pytest.mark.parametrize(
    ("texts", "code", "status", "value"),
    [
        ((OVH,), "good", "good", None),
        (("google-site-verification=x", OVH), "good", "good", None),
        ((), "missing", "missing", OVH),
        (("v=spf1 include:mx.ovh.com +all",), "all", "bad", OVH),
        (("v=spf1 include:mx.ovh.com all",), "all", "bad", OVH),
        (
            (OVH, "v=spf1 include:spf.mailjet.com -all"),
            "several",
            "bad",
            "v=spf1 include:mx.ovh.com include:spf.mailjet.com ~all",
        ),
        (
            ("v=spf1 include:spf.mailjet.com ~all",),
            "absent",
            "bad",
            "v=spf1 include:spf.mailjet.com include:mx.ovh.com ~all",
        ),
        (("v=spf1 include:mx.ovh.com",), "open_end", "weak", OVH),
        (("v=spf1 include:mx.ovh.com ?all",), "neutral", "weak", OVH),
        (
            ("v=spf1 " + " ".join(f"a:h{n}.example" for n in range(10)) + " include:mx.ovh.com ~all",),
            "lookups",
            "bad",
            None,
        ),
        (("V=SPF1 include:mx.ovh.com ~all",), "good", "good", None),
        (("v=spf10 include:mx.ovh.com ~all",), "missing", "missing", OVH),
    ],
)
def test_spf(zone: Zone, texts: tuple[str, ...], code: str, status: str, value: str | None) -> None:
    if texts:
        zone.txt(SHOP, *texts)
    found = judged(zone, "spf")
    assert (found.code, found.status) == (code, status)
    assert found.record == (("TXT", SHOP, value) if value else None)


def test_spf_counts_through_includes_and_ends_in_a_circle(zone: Zone) -> None:
    zone.txt(SHOP, "v=spf1 include:mx.ovh.com include:one.example ~all")
    zone.txt("one.example", "v=spf1 a mx include:two.example -all")
    zone.txt("two.example", "v=spf1 " + " ".join(f"exists:{n}.example" for n in range(6)) + " -all")
    assert (judged(zone, "spf").code, judged(zone, "spf").values["count"]) == ("lookups", 11)
    zone.txt("two.example", "v=spf1 include:one.example -all")
    assert judged(zone, "spf").code == "lookups"
    assert len(zone.asked) < 200


@pytest.mark.parametrize(
    ("record", "code", "status"),
    [
        (f"v=DKIM1; k=rsa; p={KEY}", "found", "good"),
        (f"k=rsa; p={KEY}", "found", "good"),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "found", "good"),
        (f"v=DKIM1; k=rsa; t=y; p={KEY}", "testing", "weak"),
        ("v=DKIM1; k=rsa; p=" + base64.b64encode(b"k" * 94).decode(), "short", "bad"),
        ("v=DKIM1; k=rsa; p=", "revoked", "bad"),
        ("v=spf1 -all", "unknown", "unknown"),
    ],
)
def test_dkim_at_a_well_known_selector(zone: Zone, record: str, code: str, status: str) -> None:
    zone.txt(f"ovhmo-selector-1._domainkey.{SHOP}", record)
    found = judged(zone, "dkim")
    assert (found.code, found.status) == (code, status)


def test_dkim_with_a_selector_out_of_our_own_mail(zone: Zone) -> None:
    assert judged(zone, "dkim", seen=("x2026",)).code == "broken"
    zone.txt(f"x2026._domainkey.{SHOP}", f"v=DKIM1; p={KEY}")
    found = judged(zone, "dkim", seen=("x2026", "bad selector;", "a" * 80))
    assert (found.code, found.values["selector"], found.values["bits"]) == ("good", "x2026", 2048)


@pytest.mark.parametrize(
    ("record", "code", "status"),
    [
        (f"v=DMARC1; p=quarantine; rua=mailto:d@{SHOP}", "good", "good"),
        ("v=DMARC1; p=reject", "no_reports", "weak"),
        ("v=DMARC1; p=none; rua=mailto:d@x.example", "none", "weak"),
        ("v=DMARC1; rua=mailto:d@x.example", "policy", "bad"),
        ("v=DMARC1; p=strict", "policy", "bad"),
        ("v=DMARC12; p=none", "missing", "missing"),
    ],
)
def test_dmarc(zone: Zone, record: str, code: str, status: str) -> None:
    zone.txt(f"_dmarc.{SHOP}", record)
    found = judged(zone, "dmarc")
    assert (found.code, found.status) == (code, status)


def test_dmarc_is_inherited_and_the_first_record_observes(zone: Zone) -> None:
    zone.txt("_dmarc.alba.example", "v=DMARC1; p=reject; sp=none; rua=mailto:d@alba.example")
    found = examine("mail.alba.example", Resolver([zone.server]))[2]
    assert (found.code, found.values["policy"], found.values["parent"]) == ("none", "none", "alba.example")
    record = judged(zone, "dmarc").record
    assert record == ("TXT", f"_dmarc.{SHOP}", f"v=DMARC1; p=none; rua=mailto:dmarc@{SHOP}")


def test_silence_is_not_absence(zone: Zone) -> None:
    zone.silent = True
    found = examine(SHOP, Resolver([zone.server], budget=0.2))
    assert {(finding.code, finding.status) for finding in found} == {("dns", "unknown")}


def test_the_servers_of_an_address(zone: Zone) -> None:
    resolver = Resolver([zone.server])
    assert discover("moi@orange.fr", resolver).settings["imap_host"] == "imap.orange.fr"
    assert discover("moi@free.fr", None).settings["imap_user"] == "moi"
    assert zone.asked == []
    zone.records[SHOP, "MX"] = ["10 mx1.mail.ovh.net.", "5 mx0.mail.ovh.net."]
    found = discover(f"bonjour@{SHOP}", resolver)
    assert (found.source, found.settings["smtp_host"], found.settings["limit_hour"]) == ("mx", "ssl0.ovh.net", "200")
    del zone.records[SHOP, "MX"]
    zone.records[f"_imaps._tcp.{SHOP}", "SRV"] = ["0 1 0 .", "10 5 993 imap.hote.example."]
    zone.records[f"_submission._tcp.{SHOP}", "SRV"] = ["0 1 587 envoi.hote.example."]
    found = discover(f"bonjour@{SHOP}", resolver)
    assert (found.source, found.settings["imap_host"], found.settings["imap_security"]) == (
        "srv",
        "imap.hote.example",
        "ssl",
    )
    assert (found.settings["smtp_host"], found.settings["smtp_security"]) == ("envoi.hote.example", "starttls")
    zone.records.clear()
    assert discover(f"bonjour@{SHOP}", resolver).settings == {}
    assert discover("pas une adresse", resolver).settings == {}
    assert discover("a@" + "x" * 90 + ".example", resolver).settings == {}


def test_the_table_is_whole() -> None:
    for row in PROVIDERS:
        filled = row.settings("bonjour@maison-alba.example")
        assert filled["imap_host"]
        assert filled["imap_security"] == "ssl"
        assert int(filled["smtp_port"]) in (465, 587)
    assert len({row.key for row in PROVIDERS}) == len(PROVIDERS)
