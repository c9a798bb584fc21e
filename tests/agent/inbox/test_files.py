"""Files and mail bodies: who gets them, and under which policy."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.agent.files.finding import link
from comptoir.conversations.models import Attachment
from comptoir.core import files
from comptoir.core.models import File
from tests import world
from tests.agent.inbox.test_answers import PNG, upload


def attached(content: bytes = PNG, name: str = "photo.png", kind: str = "image/png", **more: Any) -> tuple[Any, Any]:
    """A message of Claire with a file."""
    message = world.conversation().messages.get()
    file = files.save(content, name=name, content_type=kind)
    Attachment.objects.create(message=message, file=file, **more)
    return message, file


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)  # the last byte closes the file


def status(answer: Any) -> int:
    """The status of an answer whose bytes do not matter."""
    if answer.streaming:
        body(answer)
    return int(answer.status_code)


def test_a_picture_is_shown_and_its_preview_made_once(camille: Client) -> None:
    _, file = attached()
    answer = camille.get(f"/files/{file.public_id}/")
    assert body(answer) == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for _ in range(2):
        small = camille.get(f"/files/{file.public_id}/preview/")
        assert body(small)[8:12] == b"WEBP"
    file.refresh_from_db()
    assert file.previewed


def test_a_heic_photo_is_taken_in_and_shown_small(camille: Client) -> None:
    photo = (Path(__file__).parents[2] / "pictures" / "drawn.heic").read_bytes()
    kept = upload(camille, photo, "IMG_0042.HEIC")["id"]
    assert File.objects.get(public_id=kept).content_type == "image/heic"
    assert body(camille.get(f"/files/{kept}/preview/"))[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("image/svg+xml", "x.svg"), ("text/html", "x.html"), ("application/xhtml+xml", "x"), ("application/pdf", "x.pdf")],
)
def test_what_may_carry_script_is_a_download(camille: Client, kind: str, name: str) -> None:
    _, file = attached(b"<script>x</script>", name, kind)
    answer = camille.get(f"/files/{file.public_id}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert body(answer)


def test_names_cannot_break_the_header(camille: Client) -> None:
    _, file = attached(name='a"\r\nSet-Cookie: x=1;é.png')
    answer = camille.get(f"/files/{file.public_id}/")
    assert body(answer)
    header = answer.headers["Content-Disposition"]
    assert "\r" not in header
    assert "Set-Cookie" not in header.split("filename")[0]


def test_a_part_of_a_film(camille: Client) -> None:
    _, file = attached(b"0123456789", "film.mp4", "video/mp4")
    answer = camille.get(f"/files/{file.public_id}/", headers={"Range": "bytes=2-4"})
    assert (answer.status_code, body(answer)) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"


def test_others_do_not_get_it(camille: Client) -> None:
    message, file = attached()
    otto = world.client_for(world.stranger())
    for address in (f"/files/{file.public_id}/", f"/files/{file.public_id}/preview/", f"/messages/{message.pk}/body/"):
        assert status(otto.get(address)) == 404
    assert status(Client().get(f"/files/{file.public_id}/")) == 302
    assert status(camille.get(f"/files/{file.public_id}/")) == 200


def test_uploads_are_their_sender_s(camille: Client) -> None:
    photo = upload(camille)
    row = world.conversation()
    assert status(camille.get(photo["url"])) == 200
    tom = world.client_for(world.lead())
    assert status(tom.get(photo["url"])) == 404
    tom.post(f"/conversations/{row.pk}/notes/", {"body": "<p>à moi</p>", "files": photo["id"]})
    assert not Attachment.objects.exists()
    camille.post(f"/conversations/{row.pk}/draft/note/", {"body": "<p>x</p>", "files": photo["id"]})
    assert status(world.client_for(world.camille()).get(photo["url"])) == 200  # another session, by the draft


def test_uploads_do_not_hang_on_a_session(camille: Client) -> None:
    row = world.conversation()
    names = [upload(camille, name=f"{n}.png")["id"] for n in range(3)]
    again = world.client_for(world.camille())
    again.post(f"/conversations/{row.pk}/notes/", {"body": "<p>x</p>", "files": names})
    assert [one.file.name for one in Attachment.objects.order_by("position")] == ["0.png", "1.png", "2.png"]


def test_a_picture_that_was_taken_out_of_the_text_does_not_leave(camille: Client) -> None:
    row = world.conversation()
    kept, gone = upload(camille, name="oui.png"), upload(camille, name="non.png")
    values = {"body": f'<p><img src="{kept["url"]}"></p>', "pictures": [kept["id"], gone["id"]]}
    camille.post(f"/conversations/{row.pk}/draft/reply/", values)
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert f'<input type="hidden" name="pictures" value="{kept["id"]}">' in html
    assert gone["id"] not in html
    camille.post(f"/conversations/{row.pk}/replies/", values)
    assert [(one.file.name, one.inline) for one in Attachment.objects.all()] == [("oui.png", True)]


def test_old_uploads_that_nothing_holds_are_forgotten(camille: Client) -> None:
    row = world.conversation()
    sent, lost = upload(camille, name="envoyé.png"), upload(camille, name="oublié.png")
    camille.post(f"/conversations/{row.pk}/notes/", {"body": "<p>x</p>", "files": sent["id"]})
    File.objects.update(created_at=timezone.now() - timedelta(days=15))
    upload(camille, name="neuf.png")
    assert sorted(File.objects.values_list("name", flat=True)) == ["envoyé.png", "neuf.png"]
    assert status(camille.get(lost["url"])) == 404
    assert status(camille.get(sent["url"])) == 200


def test_all_files_in_one_archive(camille: Client) -> None:
    message, _ = attached()
    more = files.save(b"deux", name="photo.png", content_type="text/plain")
    Attachment.objects.create(message=message, file=more)
    answer = camille.get(f"/messages/{message.pk}/files.zip")
    with zipfile.ZipFile(io.BytesIO(body(answer))) as archive:
        assert [len(archive.read(name)) for name in archive.namelist()] == [len(PNG), 4]


def test_the_sender_s_html_runs_nothing_and_fetches_nothing(camille: Client) -> None:
    message, file = attached(inline=True, content_id="p1@x")
    message.html = (
        '<p onclick="x()">Bonjour</p><script>alert(1)</script><img src="cid:p1@x"><img src="https://t.example/p.gif">'
        '<form action="https://t.example"><input name="a"></form><iframe src="https://t.example"></iframe>'
    )
    message.save()
    page = camille.get(f"/conversations/{message.conversation_id}/").content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    answer = camille.get(f"/messages/{message.pk}/body/")
    html, policy = answer.content.decode(), answer.headers["Content-Security-Policy"]
    for gone in ("script", "onclick", "<form", "<iframe", "t.example"):
        assert gone not in html
    assert f"/files/{file.public_id}/?key=" in html
    assert policy.startswith("default-src 'none'; img-src http://testserver/files/ data:;")
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy + page
    assert "allow-same-origin" not in policy + page
    shown = camille.get(f"/messages/{message.pk}/body/?pictures=1")
    assert "https://t.example/p.gif" in shown.content.decode()
    assert "https:" in shown.headers["Content-Security-Policy"]


def test_links_for_the_frame_open_one_picture_only() -> None:
    _, file = attached()
    other = files.save(PNG, name="autre.png", content_type="image/png")
    address = link(world.camille(), file.public_id)
    assert status(Client().get(address)) == 200
    assert status(Client().get(address.replace(str(file.public_id), str(other.public_id)))) == 404
    assert status(Client().get(address + "x")) == 404
    assert status(Client().get(link(world.stranger(), file.public_id))) == 404
