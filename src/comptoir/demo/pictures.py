"""Photographs and papers that customers send, drawn on the spot: a few seconds' worth of paint, not anyone's photo."""

import io
import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE = (1280, 960)
Painter = Callable[[ImageDraw.ImageDraw, random.Random], None]


@cache
def picture(name: str) -> tuple[bytes, str]:
    """The bytes and type of a file by its name; the same at every run."""
    if name.endswith(".pdf"):
        return _paper(), "application/pdf"
    dice = random.Random(f"alba: {name}")
    image = Image.new("RGB", SIZE, (214, 200, 180))
    draw = ImageDraw.Draw(image)
    _table(draw, dice)
    _painter(name)(draw, dice)
    return _photograph(image, dice), "image/jpeg"


def _photograph(image: Image.Image, dice: random.Random) -> bytes:
    """Soften, shade and grain a drawing as a telephone's camera does in a kitchen."""
    image = image.filter(ImageFilter.GaussianBlur(1.6))
    light = Image.linear_gradient("L").rotate(dice.choice([0, 90, 180])).resize(image.size)
    shade = Image.merge("RGB", [light.point(lambda value: 150 + value * 105 // 255)] * 3)
    image = ImageChops.multiply(image, shade)
    tile = _grain()
    grain = Image.new("L", image.size)
    for x in range(0, image.width, 256):
        for y in range(0, image.height, 256):
            grain.paste(tile, (x, y))
    image = ImageChops.overlay(image, Image.merge("RGB", [grain] * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=84)
    return out.getvalue()


@cache
def _grain() -> Image.Image:
    """A seeded tile of noise: Pillow's own noise would differ at every run."""
    return Image.frombytes("L", (256, 256), bytes(random.Random("alba: grain").choices(range(112, 144), k=256 * 256)))


def _table(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.rectangle((0, 0, 1280, 380), fill=(226, 218, 205))
    draw.rectangle((0, 380, 1280, 960), fill=(176, 142, 106))
    for y in range(400, 960, 38):
        shift = dice.randint(-12, 12)
        draw.line((0, y, 1280, y + shift), fill=(158, 124, 90), width=3)


def _painter(name: str) -> Painter:
    for word, painter in PAINTERS.items():
        if word in name:
            return painter
    return _cloth


def _candle(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.ellipse((420, 720, 900, 800), fill=(120, 92, 64))
    draw.rounded_rectangle((460, 300, 840, 770), 40, fill=(96, 106, 82))
    draw.ellipse((460, 260, 840, 350), fill=(72, 80, 62))
    draw.ellipse((500, 285, 800, 340), fill=(236, 224, 196))
    draw.rectangle((540, 450, 760, 640), fill=(244, 239, 228))
    draw.line((570, 520, 730, 520), fill=(106, 58, 82), width=8)
    draw.line((600, 560, 700, 560), fill=(140, 126, 114), width=6)
    points = [(470, 330)] + [(470 + step * 46, 380 + dice.randint(-60, 120)) for step in range(1, 8)]
    draw.line(points, fill=(232, 236, 230), width=7)
    draw.polygon([(760, 300), (840, 310), (830, 470), (770, 410)], fill=(176, 142, 106), outline=(230, 234, 228))
    for _ in range(9):
        x, y = dice.randint(860, 1150), dice.randint(640, 880)
        draw.polygon(
            [(x, y), (x + dice.randint(20, 70), y + dice.randint(-30, 20)), (x + 30, y + 40)], fill=(118, 128, 104)
        )


def _tunnel(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.ellipse((270, 120, 1010, 860), fill=(72, 80, 62))
    draw.ellipse((310, 160, 970, 820), fill=(238, 226, 198))
    draw.ellipse((520, 370, 760, 610), fill=(176, 150, 108))
    draw.ellipse((560, 410, 720, 570), fill=(120, 96, 64))
    draw.line((640, 490, 660, 420), fill=(44, 36, 28), width=9)


def _bowl(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.ellipse((240, 200, 1040, 860), fill=(110, 128, 144))
    draw.ellipse((280, 240, 1000, 820), fill=(150, 168, 184))
    draw.ellipse((400, 330, 900, 740), fill=(96, 118, 138))
    points = [(640 + dice.randint(-14, 14), y) for y in range(250, 700, 40)]
    draw.line(points, fill=(38, 48, 58), width=5)
    draw.line([(640, 420), (720, 470), (790, 560)], fill=(38, 48, 58), width=4)


def _glass(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.polygon([(300, 420), (560, 400), (540, 760), (330, 770)], fill=(200, 216, 214), outline=(120, 140, 138))
    for _ in range(16):
        x, y = dice.randint(600, 1080), dice.randint(520, 860)
        w, h = dice.randint(20, 130), dice.randint(16, 80)
        draw.polygon(
            [(x, y), (x + w, y + dice.randint(-20, 20)), (x + w // 2, y + h)],
            fill=(208, 222, 220),
            outline=(130, 148, 146),
        )


def _carton(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.polygon([(260, 420), (900, 360), (1040, 480), (1000, 850), (330, 880)], fill=(188, 148, 100))
    draw.polygon([(260, 420), (900, 360), (1040, 480), (420, 560)], fill=(206, 168, 120))
    draw.polygon([(900, 360), (1040, 480), (930, 560), (820, 430)], fill=(140, 106, 70))
    draw.line((420, 560, 400, 870), fill=(150, 116, 78), width=6)
    draw.rectangle((480, 620, 740, 780), fill=(246, 244, 240))
    for y in range(645, 770, 24):
        draw.line((500, y, 500 + dice.randint(90, 220), y), fill=(90, 90, 90), width=7)
    draw.line([(900, 380), (850, 520), (930, 640), (880, 840)], fill=(110, 82, 52), width=9)


def _receipt(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.polygon([(420, 60), (860, 90), (830, 910), (400, 900)], fill=(247, 245, 240))
    font = ImageFont.load_default(34)
    lines = [
        "TABAC DE LA PAIX",
        "12 RUE JEAN-JAURES",
        "44400 REZE",
        "",
        "RELAIS COLIS",
        "COLIS 8830 ... 264",
        "STATUT : NON RECU",
        "",
        "PASSAGE 09:48",
        "LE COMMERCANT",
        "CONFIRME",
    ]
    for place, line in enumerate(lines):
        draw.text((470, 130 + place * 62), line, fill=(60, 60, 64), font=font)
    draw.line([(520, 800), (560, 770), (590, 820), (640, 760), (700, 810)], fill=(40, 52, 110), width=6)


def _cloth(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    tone = dice.choice([(196, 156, 130), (190, 200, 206), (214, 180, 104), (224, 214, 196)])
    draw.polygon([(180, 260), (1060, 200), (1160, 820), (120, 880)], fill=tone)
    for _ in range(12):
        x = dice.randint(200, 1000)
        draw.line((x, 230, x + dice.randint(-120, 120), 850), fill=tuple(max(0, value - 22) for value in tone), width=9)
    x, y = dice.randint(420, 760), dice.randint(420, 620)
    draw.ellipse((x, y, x + 130, y + 90), fill=tuple(max(0, value - 60) for value in tone))


def _greens(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.polygon([(120, 240), (620, 220), (600, 840), (100, 860)], fill=(150, 166, 136))
    draw.polygon([(660, 220), (1160, 240), (1180, 860), (680, 840)], fill=(124, 150, 118))


PAINTERS: dict[str, Painter] = {
    "tunnel": _tunnel, "bougie": _candle, "candela": _candle, "bol": _bowl, "schaal": _bowl, "teller": _bowl, "prato": _bowl,
    "miska": _bowl, "verre": _glass, "vaso": _glass, "glas": _glass, "carton": _carton, "colis": _carton, "recu": _receipt,
    "two-greens": _greens,
}  # fmt: skip


def _paper() -> bytes:
    """A signed quotation, one page of A4."""
    page = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(page)
    title, body = ImageFont.load_default(46), ImageFont.load_default(28)
    draw.text((120, 120), "Maison Alba", fill=40, font=title)
    rows = [
        "Devis D-2026-0418",
        "",
        "40  Assiettes plates Galet",
        "40  Assiettes creuses Galet",
        "60  Serviettes lin, craie",
        "",
        "Remise 25 %",
        "Livraison comprise",
        "",
        "Bon pour accord",
    ]
    for place, row in enumerate(rows):
        draw.text((120, 260 + place * 60), row, fill=60, font=body)
    draw.line([(160, 980), (220, 920), (250, 1000), (330, 900), (380, 990), (480, 930)], fill=30, width=5)
    out = io.BytesIO()
    page.convert("1").save(out, "PDF", resolution=150)
    return out.getvalue()
