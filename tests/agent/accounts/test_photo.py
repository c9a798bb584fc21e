"""One's own photo: judged by its bytes, cropped, shown to colleagues and visitors, taken away again."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from comptoir.conversations.models import MessageKind
from comptoir.core.events import ensure_partitions
from comptoir.core.files import delete_bytes, read
from comptoir.core.models import Agent, Event, File
from comptoir.portal.chat.faces import face_of
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _months(db: None) -> None:
    ensure_partitions()


def picture(size: tuple[int, int] = (600, 300), kind: str = "JPEG", **more: Any) -> bytes:
    """A picture that is red at the left, green in the middle, blue at the right, with a place in its metadata."""
    made = Image.new("RGB", size, "red")
    made.paste("green", (size[0] // 4, 0, size[0] * 3 // 4, size[1]))
    made.paste("blue", (size[0] * 3 // 4, 0, *size))
    exif = Image.Exif()
    exif[0x010E] = "quai de la Fosse, Nantes"
    out = BytesIO()
    made.save(out, kind, exif=exif, **more)
    return out.getvalue()


def bring(client: Client, content: bytes, name: str = "moi.jpg") -> str:
    given = {"photo": SimpleUploadedFile(name, content, "image/jpeg")}
    return client.post("/account/photo/", given, follow=True).content.decode()


def test_a_photo_is_cropped_and_shown_where_the_agent_is() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    assert "Votre photo est changée." in bring(client, picture())
    camille.refresh_from_db()
    assert camille.photo is not None
    kept = read(camille.photo)
    with Image.open(BytesIO(kept)) as cropped:
        assert (cropped.format, cropped.size, dict(cropped.getexif())) == ("WEBP", (256, 256), {})
        assert all(abs(cropped.convert("RGB").getpixel((x, 128))[1] - 128) < 12 for x in (4, 128, 250))  # type: ignore[index]
    assert b"Fosse" not in kept
    row = world.conversation(assignee=camille)
    world.message(row, "", kind=MessageKind.REPLY, agent=camille, identity=None, html="<p>Bonjour</p>")
    shown = f'<img src="/faces/{camille.photo_id}/" alt="" loading="lazy">'
    page = world.client_for(world.lead()).get(f"/conversations/{row.pk}/").content.decode()
    assert page.count(shown) >= 2  # the message and the row of the list
    face = world.client_for(world.reader()).get(f"/faces/{camille.photo_id}/")
    assert (b"".join(face.streaming_content), face["Content-Type"]) == (kept, "image/webp")  # type: ignore[attr-defined]
    assert "sandbox" in face["Content-Security-Policy"]
    assert isinstance(face_of(camille), str)  # the chat paints it
    assert [event.verb for event in Event.objects.filter(subject_type="agent")] == ["agent.photo_changed"]


def test_another_photo_forgets_the_first_and_initials_come_back() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    bring(client, picture())
    bring(client, picture((90, 700), "PNG"), "x.exe")
    first, second = File.objects.count(), Agent.objects.get(pk=camille.pk).photo
    assert first == 1
    assert second is not None
    assert "Votre photo est retirée." in client.post("/account/photo/removal/", follow=True).content.decode()
    assert File.objects.count() == 0
    delete_bytes()
    assert not default_storage.exists(second.key)
    assert client.get(f"/faces/{second.pk}/").status_code == 404
    client.post("/account/photo/removal/")
    assert Event.objects.filter(verb="agent.photo_removed").count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7 000",
        b"\xff\xd8\xff\xe0 broken",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 10_000_000,
    ],
)
def test_what_is_no_picture_changes_nothing(content: bytes) -> None:
    camille = world.camille()
    page = bring(world.client_for(camille), content)
    assert "votre photo reste comme elle était" in page
    assert Agent.objects.get(pk=camille.pk).photo is None
    assert (File.objects.count(), Event.objects.filter(verb="agent.photo_changed").count()) == (0, 0)


def test_a_stranger_sees_no_face_and_changes_none() -> None:
    camille = world.camille()
    bring(world.client_for(camille), picture())
    camille.refresh_from_db()
    for answer in (
        Client().get(f"/faces/{camille.photo_id}/"),
        Client().post("/account/photo/", {"photo": SimpleUploadedFile("x.jpg", picture())}),
        Client().post("/account/photo/removal/"),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/signin/")
    assert Agent.objects.get(pk=camille.pk).photo_id == camille.photo_id
    other = File.objects.create(key="x", name="secret.webp", content_type="image/webp", size=1, sha256="0" * 64)
    assert world.client_for(camille).get(f"/faces/{other.pk}/").status_code == 404
