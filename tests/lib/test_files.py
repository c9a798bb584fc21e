"""What files really are, and small pictures of them."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from comptoir.lib.files import preview, safe_name, shown_inline, sniff, square


def picture(kind: str, size: tuple[int, int] = (800, 400), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def archive(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        if mimetype:
            zipped.writestr("mimetype", mimetype)
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), "image/jpeg"), (picture("PNG"), "image/png"), (picture("GIF"), "image/gif"), (picture("WEBP"), "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"), (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"), (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", "video/quicktime"),
        (b"%PDF-1.7\n", "application/pdf"), (archive("a.txt"), "application/zip"), (b"PK\x03\x04broken", "application/zip"),
        (archive("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (archive(mimetype="text/html"), "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"), (b"MZ\x90\x00", "application/x-msdownload"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), (b"<?xml version='1.0'?><!-- x --><svg/>", "image/svg+xml"),
        (b"<!doctype html><p>x", "text/html"), (b"hello <script>alert(1)</script>", "text/html"),
        ("Bonjour à tous".encode(), "text/plain"), (b"", "application/octet-stream"), (b"\x00\x01\x02", "application/octet-stream"),
    ],
)  # fmt: skip
def test_sniff(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


def test_what_carries_script_is_never_shown_in_place() -> None:
    assert [
        kind
        for kind in ("image/svg+xml", "text/html", "application/xml", "application/x-msdownload")
        if shown_inline(kind)
    ] == []
    assert shown_inline("image/png")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Windows\\evil.exe", "evil.exe"), ("facture\u202egnp.exe", "facturegnp.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"), ("..", ""), ("", ""), ("été 2026.pdf", "été 2026.pdf"), ("a" * 300 + ".pdf", "a" * 146 + ".pdf"), (".htaccess", "htaccess"),
    ],
)  # fmt: skip
def test_safe_name(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_preview_is_small_upright_and_bare() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret camera"
    small = preview(picture("JPEG", exif=exif), "image/jpeg")
    assert small is not None
    shown = Image.open(io.BytesIO(small))
    assert (shown.format, shown.size) == ("WEBP", (240, 480))
    assert b"Secret" not in small
    assert not shown.getexif()


def test_transparency_survives() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    small = preview(out.getvalue(), "image/png")
    assert small is not None
    assert Image.open(io.BytesIO(small)).mode == "RGBA"


def test_pdf_shows_its_first_page() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 600)).save(out, "PDF")
    small = preview(out.getvalue(), "application/pdf")
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (240, 480)


HEIC = (Path(__file__).parents[1] / "pictures" / "drawn.heic").read_bytes()  # drawn for this test, made by pillow-heif


def test_a_real_heic_is_known_shown_and_cropped() -> None:
    assert sniff(HEIC) == "image/heic"
    for made, size in ((preview(HEIC, "image/heic"), (320, 200)), (square(HEIC, "image/heic", 128), (128, 128))):
        assert made is not None
        assert b"quai de la Fosse" in HEIC
        assert b"Fosse" not in made
        small = Image.open(io.BytesIO(made))
        assert (small.format, small.size, dict(small.getexif())) == ("WEBP", size, {})
        left = small.convert("RGB").getpixel((size[0] // 4, size[1] // 2))
        assert isinstance(left, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(left, (164, 99, 77), strict=True))
    assert preview(HEIC[:900], "image/heic") is None


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    data = b"IDAT" + zlib.compress(b"\x00" * 60_001 * 100)
    chunks = [head, data, b"IEND"]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        (len(c) - 4).to_bytes(4, "big") + c + zlib.crc32(c).to_bytes(4, "big") for c in chunks
    )
    assert preview(bomb, "image/png") is None


@pytest.mark.parametrize(
    "kind", ["image/jpeg", "image/heic", "application/pdf", "image/svg+xml", "video/mp4", "text/plain", "nonsense"]
)
def test_what_cannot_be_shown_is_none(kind: str) -> None:
    assert preview(b"nothing of the kind", kind) is None
