"""Files from outside: what they really are, a name that is safe, a small picture of them."""

import re
import threading
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 60_000_000  # a 48-megapixel phone picture passes; a 40 kB file that unfolds to gigabytes does not
MAX_PREVIEW_SOURCE = 60_000_000  # bytes
PREVIEW_SIDE = 480  # pixels

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"hevc": "image/heic",
    b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_IN_ZIP = (
    ("word/", f"{_OFFICE}wordprocessingml.document"),
    ("xl/", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/", f"{_OFFICE}presentationml.presentation"),
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]{0,300}\?>\s*|<!--.{0,2000}?-->\s*|<!doctype[^>]{0,300}>\s*)*<\s*([a-z:]{1,20})",
    re.IGNORECASE | re.DOTALL,
)
_NOT_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_pdfium = threading.Lock()  # the library is not thread-safe

# What a browser may show in our page's place; everything else is downloaded. SVG and HTML can carry script.
_SHOWN = frozenset(
    """image/jpeg image/png image/gif image/webp image/avif image/bmp application/pdf video/mp4 video/webm video/quicktime
    audio/mpeg audio/mp4 audio/ogg audio/wav audio/flac text/plain""".split()
)


def sniff(content: bytes) -> str:
    """The media type that the bytes themselves tell, whatever their name says; application/octet-stream if nothing."""
    for offset, magic, kind in _MAGIC:
        if content.startswith(magic, offset):
            return kind
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], "application/octet-stream")
    if content[4:8] == b"ftyp":
        return _brand(content)
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip(content)
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    return _text(content[:8192])


def _brand(content: bytes) -> str:
    main = content[8:12]
    if main == b"mif1":  # a general container: what it holds stands among the compatible brands
        others = {content[at : at + 4] for at in range(16, min(int.from_bytes(content[:4], "big"), 64), 4)}
        return next((_BRANDS[brand] for brand in (b"heic", b"avif") if brand in others), "image/heif")
    return _BRANDS.get(main, "video/mp4")


def _zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()[:200]
            if names[:1] == ["mimetype"]:
                with archive.open("mimetype") as told:
                    kind = told.read(100).decode("ascii", "replace").strip()
                if re.fullmatch(r"application/(?:vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip)", kind):
                    return kind
    except Exception:
        return "application/zip"
    if "[Content_Types].xml" in names:
        return next(
            (kind for folder, kind in _IN_ZIP if any(name.startswith(folder) for name in names)), "application/zip"
        )
    return "application/zip"


def _text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text/plain"
    if (
        not head
        or b"\x00" in head
        or sum(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head) > len(head) // 100
    ):
        return "application/octet-stream"
    bare = head.removeprefix(b"\xef\xbb\xbf")
    found = _MARKUP.match(bare)
    if found:
        tag = found.group(1).lower()
        if tag.rpartition(b":")[2] == b"svg":
            return "image/svg+xml"
        if bare.lstrip().lower().startswith(b"<!doctype html") or tag in (
            b"html",
            b"head",
            b"body",
            b"script",
            b"iframe",
        ):
            return "text/html"
        if bare.lstrip().startswith(b"<?xml"):
            return "image/svg+xml" if b"<svg" in bare.lower() else "application/xml"
        return "text/html"
    if b"<script" in bare.lower() or b"<svg" in bare.lower():
        return "text/html"
    return "text/plain"


def shown_inline(kind: str) -> bool:
    """Whether a browser may show this type; the others go out as downloads."""
    return kind in _SHOWN


def safe_name(name: str, limit: int = 150) -> str:
    """A file name without folders, controls or direction marks, at most `limit` characters, its ending kept; may be ""."""
    base = re.split(r"[/\\]", name)[-1]
    bare = re.sub(r"\s+", " ", _NOT_IN_NAME.sub("", base)).strip(" .")
    if len(bare) <= limit:
        return bare
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: limit - 1 - len(ending)]}.{ending}" if dot and len(ending) < 12 else bare[:limit]


def preview(content: bytes, kind: str, side: int = PREVIEW_SIDE) -> bytes | None:
    """A WebP picture of at most `side` pixels, upright and without metadata; None for what cannot be shown.

    Pictures (HEIC too) and the first page of a PDF. Never raises; bombs are refused before they unfold.
    """
    try:
        picture = _opened(content, kind, side)
        return _webp(picture, side) if picture is not None else None
    except Exception:
        return None


def square(content: bytes, kind: str, side: int) -> bytes | None:
    """The middle of a picture (HEIC too) as a square WebP, upright and without metadata; None for what is none."""
    from PIL import ImageOps

    try:
        picture = _opened(content, kind, side) if kind.startswith("image/") else None
        if picture is None or min(picture.size) < 1:
            return None
        upright = ImageOps.exif_transpose(picture) or picture
        return _webp(ImageOps.fit(upright, (side, side)), side)
    except Exception:
        return None


def _opened(content: bytes, kind: str, side: int) -> "Image.Image | None":
    if len(content) > MAX_PREVIEW_SOURCE:
        return None
    if kind in ("image/heic", "image/heif"):
        return _heic(content)
    if kind == "application/pdf":
        return _pdf(content, side)
    return _picture(content, side) if kind.startswith("image/") and kind != "image/svg+xml" else None


def _picture(content: bytes, side: int) -> "Image.Image | None":
    from PIL import Image

    picture = Image.open(BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "MPO"))
    if picture.width * picture.height > MAX_PIXELS:
        return None
    picture.draft("RGB", (side * 2, side * 2))
    return picture


def _heic(content: bytes) -> "Image.Image | None":
    from pi_heif.heif import open_heif

    container = open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    width, height = container.size
    return container.to_pillow() if width * height <= MAX_PIXELS else None


def _pdf(content: bytes, side: int) -> "Image.Image | None":
    import pypdfium2

    with _pdfium:
        document = pypdfium2.PdfDocument(content)  # type: ignore[no-untyped-call]
        try:
            page = document[0]
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                return None
            bitmap = page.render(scale=min(side / width, side / height, 4), may_draw_forms=False)
            return bitmap.to_pil().copy()  # type: ignore[no-any-return]
        finally:
            document.close()  # type: ignore[no-untyped-call]


def _webp(picture: "Image.Image", side: int) -> bytes:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(picture) or picture
    upright.thumbnail((side, side))
    alpha = "A" in upright.getbands() or "transparency" in upright.info
    out = BytesIO()
    upright.convert("RGBA" if alpha else "RGB").save(
        out, "WEBP", quality=80, method=4, exif=b"", icc_profile=b"", xmp=b""
    )
    return out.getvalue()
