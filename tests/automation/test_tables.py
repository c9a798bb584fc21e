"""Macros, tags and agents in and out as tables: judged first, written whole, and back unchanged."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comptoir.automation.importing.foreign import ours
from comptoir.automation.models import Macro, Translation
from comptoir.config.cli import main
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Agent, Role
from comptoir.customers.models import Tag
from comptoir.lib import tables
from tests import world

pytestmark = pytest.mark.django_db
TABLES = Path(__file__).parent / "tables"


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


@pytest.fixture
def owner() -> Client:
    return world.client_for(world.owner())


def upload(client: Client, thing: str, raw: bytes) -> Any:
    return client.post(f"/settings/import/{thing}/", {"file": SimpleUploadedFile("x.csv", raw)})


def go(client: Client, thing: str, report: Any) -> Any:
    kept = report.content.decode().split('name="kept" value="')[1][:36]
    return client.post(f"/settings/import/{thing}/", {"kept": kept, "go": "1"})


def test_gorgias_comes_in_after_its_report(owner: Client) -> None:
    report = upload(owner, "macros", (TABLES / "gorgias.csv").read_bytes())
    page = report.content.decode()
    assert "2 nouvelles" in page
    assert "orders[0].subtotal" in page
    assert "shopifyRefundOrder" in page
    assert not Macro.objects.exists()
    go(owner, "macros", report)
    status, refund = Macro.objects.order_by("name")
    assert status.acts == ["tag:question", "tag:order-status"]
    assert status.topics == ["order/status"]
    assert (status.language, status.active, status.agent) == ("en", True, None)
    assert "{{ customer.first_name | default: 'there' }}" in status.html
    assert "Order {{ order.number }} is on its way: {{ parcel.tracking_url }}" in status.html
    assert "{{ agent.first_name }}" in status.html
    assert (refund.active, refund.acts) == (False, ["state:closed"])
    again = upload(owner, "macros", (TABLES / "gorgias.csv").read_bytes()).content.decode()
    assert "0 nouvelles, 0 modifiées, 2 déjà là" in again


def test_zendesk_comes_in(owner: Client) -> None:
    report = upload(owner, "macros", (TABLES / "zendesk.csv").read_bytes())
    assert "2 nouvelles, 0 modifiées, 0 déjà là, 1 refusées" in report.content.decode()
    go(owner, "macros", report)
    first = Macro.objects.get(name="Première relance")
    assert first.folder == "Livraison › Retard"
    assert first.acts == ["state:pending", "tag:retard", "tag:relance", "priority:1", "assign:me"]
    assert first.html == "<p>Bonjour {{ customer.first_name }},</p><p>{{ agent.name }}</p>"
    assert Macro.objects.get(name="Clore sans répondre").active is False


def test_out_and_back_nothing_is_lost(owner: Client) -> None:
    one = Macro.objects.create(
        name="=Retard; « A », \"B\"", shortcut="retard", folder="Livraison", topics=["A", "B"], language="fr", shop=world.shop(),
        html="<p>Bonjour {{ customer.first_name }},<br>ligne</p>", acts=["tag:Retard", "snooze:3d"], note="<p>Vu</p>",
    )  # fmt: skip
    Translation.objects.create(macro=one, language="de", html="<p>Hallo</p>", master=one.html)
    Macro.objects.create(name="À Tom", agent=world.lead(), html="<p>secret</p>")
    raw = owner.get("/settings/import/macros/export/").content
    assert b"secret" not in raw
    fields = ("name", "shortcut", "folder", "topics", "language", "shop", "html", "acts", "note", "active")
    before = Macro.objects.filter(agent=None).values(*fields).get()
    assert "0 nouvelles, 0 modifiées, 1 déjà là" in upload(owner, "macros", raw).content.decode()
    Macro.objects.filter(agent=None).delete()
    go(owner, "macros", upload(owner, "macros", raw))
    assert Macro.objects.filter(agent=None).values(*fields).get() == before
    assert Translation.objects.get().html == "<p>Hallo</p>"


def test_nothing_is_half_written(owner: Client) -> None:
    raw = b"name,email\nA,a@x.example\nB,b@x.example\n"
    report = upload(owner, "agents", raw)
    world.agent("B", role=Role.AGENT)
    Agent.objects.filter(name="B").update(email="b@x.example")
    go(owner, "agents", report)
    assert Agent.objects.filter(email="a@x.example").exists()  # judged anew: B is there already
    assert Agent.objects.filter(email="b@x.example").count() == 1


def test_tags_and_agents(owner: Client) -> None:
    Tag.objects.create(name="Casse")
    go(owner, "tags", upload(owner, "tags", b"nom;couleur\ncasse;rouge\nVIP;#1E88E5\n"))
    assert list(Tag.objects.values_list("name", "tone")) == [("Casse", "bad"), ("VIP", "info")]
    raw = ("Name,Email,Role,Teams\nLéa Roy,LEA@x.example,admin,\nX,no-address,agent,\nY,y@x.example,pope,\n"
           "Z,z@x.example,store,Nantes\nBoss,boss@x.example,owner,\n").encode("cp1252")  # fmt: skip
    world.store()
    report = upload(owner, "agents", raw)
    assert "3 nouvelles" in report.content.decode()
    go(owner, "agents", report)
    roles = dict(Agent.objects.filter(email__endswith="@x.example").values_list("email", "role"))
    assert roles == {"lea@x.example": "lead", "z@x.example": "store", "boss@x.example": "lead"}
    assert Agent.objects.get(email="lea@x.example").name == "Léa Roy"
    assert not Agent.objects.get(email="lea@x.example").has_usable_password()
    assert b"argon" not in owner.get("/settings/import/agents/export/").content


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "vide"),
        (b'name,html\n"x,' + b"y" * 300_000, "lisible"),
        (b"name\n" + b"x\n" * 10_002, "10"),
        (b"\xff\xfe", "vide"),
    ],
)
def test_what_is_no_table_says_so(raw: bytes, words: str, owner: Client) -> None:
    answer = owner.post("/settings/import/macros/", {"file": SimpleUploadedFile("x.csv", raw or b" ")}, follow=True)
    assert words in answer.content.decode()
    assert not Macro.objects.exists()


def test_hostile_cells_are_cleaned(owner: Client) -> None:
    raw = b"name,html,actions,shop\n<script>x</script>,<p onclick=x>A</p><script>y</script>,state:spam,\nB,<p>b</p>,,Nowhere\nC,{{ x.y }},[[[,\n"
    report = upload(owner, "macros", raw)
    assert "<script>x" not in report.content.decode()
    assert "3 nouvelles" not in report.content.decode()
    go(owner, "macros", report)
    assert list(Macro.objects.values_list("name", "active")) == [("C", False)]


def test_roles_keep_their_tables(owner: Client) -> None:
    lead, camille = world.client_for(world.lead()), world.client_for(world.camille())
    raw = b"name,email\nA,a@x.example\n"
    assert upload(lead, "agents", raw).status_code == 403
    assert upload(lead, "tags", raw).status_code == 403
    assert upload(camille, "macros", raw).status_code == 403
    assert lead.get("/settings/import/agents/export/").status_code == 403
    assert owner.get("/settings/import/nothing/export/").status_code == 404
    report = upload(lead, "macros", b"name,text\nA,Bonjour\n")
    kept = report.content.decode().split('name="kept" value="')[1][:36]
    owner.post("/settings/import/macros/", {"kept": kept, "go": "1"})  # another's file
    assert not Macro.objects.exists()


def test_the_command_says_and_does_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = TABLES / "gorgias.csv"
    assert main(["import", "macros", str(path), "--dry-run"]) == 0
    assert "2 nouvelles" in capsys.readouterr().out
    assert not Macro.objects.exists()
    assert main(["import", "macros", str(path)]) == 0
    assert Macro.objects.count() == 2
    assert main(["import", "macros", str(TABLES / "zendesk.csv")]) == 1
    assert main(["import", "tags", str(tmp_path / "none.csv")]) == 2


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ("{{ticket.requester.first_name}}", "{{ customer.first_name }}"),
        ("{{ current_user.firstname }}", "{{ agent.first_name }}"),
        ("{{ticket.customer.integrations.magento2.orders[-1].increment_id}}", "{{ order.number }}"),
        ('{{ticket.customer.integrations[7].orders[0].created_at|datetime_format("MMM")}}', "{{ order.date }}"),
        ("{{dc.welcome}}", "{{dc.welcome}}"),
    ],
)
def test_variables_are_mapped(theirs: str, told: str) -> None:
    assert ours(theirs) == told


def test_a_table_survives_odd_cells() -> None:
    rows = [["a,b", "=1+1", "l1\nl2", "é", "'quoted"]]
    _names, back = tables.read(tables.write(["a", "b", "c", "d", "e"], rows))
    assert list(back[0][1].values()) == rows[0]


def test_the_command_writes_the_tables_of_the_page(owner: Client, tmp_path: Path, capsysbinary: Any) -> None:
    Macro.objects.create(name="Retard", html="<p>Désolés</p>", acts=["tag:Retard"])
    Macro.objects.create(name="À moi", html="<p>x</p>", agent=world.camille())
    Tag.objects.create(name="Casse", tone="bad")
    for thing in ("macros", "tags", "agents"):
        path = tmp_path / f"{thing}.csv"
        assert main(["export", thing, str(path)]) == 0
        assert path.read_bytes() == owner.get(f"/settings/import/{thing}/export/").content
        assert main(["export", thing, str(path)]) == 2  # what is there stays
        capsysbinary.readouterr()
        assert main(["export", thing]) == 0
        assert capsysbinary.readouterr().out == path.read_bytes()
    assert "À moi" not in (tmp_path / "macros.csv").read_text()
