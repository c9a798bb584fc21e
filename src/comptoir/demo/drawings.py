"""The pictures of the products, drawn by code: `python -m comptoir.demo.drawings` writes static/demo/products/*.svg.

One shape a kind of thing, one palette a colour; the files are committed, so that nothing is drawn at start.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "static" / "demo" / "products"

# dark edge, light, middle
PALETTES = {
    "argile": ("#8a5d45", "#c39a80", "#a97a5f"),
    "brume": ("#7f8a92", "#bcc6cb", "#9ba8af"),
    "craie": ("#b3a793", "#efe7d8", "#d9cdb8"),
    "sauge": ("#66745b", "#a9b89a", "#87987a"),
    "marine": ("#2f4257", "#7f93a8", "#4e657d"),
    "moutarde": ("#94702a", "#ddb866", "#c39a45"),
    "ardoise": ("#4e5960", "#7b8891", "#626e76"),
    "brique": ("#7d4033", "#c58a78", "#a3614f"),
    "sable": ("#8e806b", "#e5dac9", "#c9bca6"),
    "olive": ("#434a39", "#8a9479", "#5d6650"),
    "eau": ("#6f8b88", "#e5f0ee", "#9fb8b5"),
    "ambre": ("#8a5a22", "#e9c78c", "#c08b47"),
    "lavande": ("#6d6687", "#c4bdd8", "#988fb5"),
    "bois": ("#7a5a38", "#cfae84", "#a98458"),
    "prune": ("#4d2a3c", "#8f5f78", "#6a3a52"),
}
WALLS = ("#f2ece3", "#e0d4c4"), ("#e9ebe6", "#d3d7cf"), ("#f0ebe1", "#dccfba"), ("#e6ecee", "#cfd9dc")
SUN = '<path d="M{x} {y}a5.5 5.5 0 0 1 11 0z" fill="#6a3a52"/><path d="M{l} {y}h19M{m} {a}h15M{n} {b}h9" stroke="#6a3a52" stroke-width="1.3" stroke-linecap="round"/>'


def sun(x: float, y: float) -> str:
    """The shop's mark, a rising sun on two lines of writing, centred on x."""
    return SUN.format(x=x - 5.5, y=y, l=x - 9.5, m=x - 7.5, n=x - 4.5, a=y + 7, b=y + 11.5)


def draw(shape: str, colour: str, wall: int = 0) -> str:
    """One picture, 200 by 200."""
    dark, light, middle = PALETTES[colour]
    above, below = WALLS[wall % len(WALLS)]
    defs = (
        f'<linearGradient id="w" x1="0" y1="0" x2="1" y2="1"><stop stop-color="{above}"/><stop offset="1" stop-color="{below}"/></linearGradient>'
        f'<linearGradient id="c" x1="0" x2="1"><stop stop-color="{dark}"/><stop offset=".14" stop-color="{light}"/><stop offset="1" stop-color="{middle}"/></linearGradient>'
        '<pattern id="t" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M0 1h5M1 0v5" stroke="#fff" stroke-opacity=".16" stroke-width=".7"/></pattern>'
    )
    floor = '<path fill="url(#w)" d="M0 0h200v200H0z"/><path d="M0 150h200v50H0z" fill="#d0bfa8"/>'
    body = SHAPES[shape](dark, light, middle)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><defs>{defs}</defs>{floor}{body}</svg>\n'


def shadow(width: float, y: float = 165, x: float = 106) -> str:
    """What a thing throws on the table."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{width}" ry="10" fill="#6f5c44" opacity=".33"/>'


def cloth(dark: str, light: str, middle: str) -> str:
    """A folded cloth with its ribbon."""
    folds = "".join(
        f'<path d="M{x} {y}h{w}q4 0 4 4v16q0 4-4 4H{x}a12 12 0 0 1 0-24z" fill="url(#c)"/>'
        for x, y, w in ((42, 138, 126), (40, 114, 124), (43, 90, 126))
    )
    return (
        f'{shadow(76)}<g stroke="{dark}" stroke-width=".8">{folds}<path d="M38 90q8-15 34-17l88-2q12 0 13 10v9q0 5-4 6H43z" fill="{light}"/></g>'
        '<path d="M38 90q8-15 34-17l88-2q12 0 13 10v78q0 4-4 4H42q-14-2-12-14-6-30 8-59z" fill="url(#t)"/>'
        '<path d="M104 71h17v91h-17z" fill="#f7f2e8" stroke="#d8cbb8" stroke-width=".8"/>'
        f'<rect x="95" y="104" width="35" height="27" rx="2" fill="#fffdf8" stroke="#d8cbb8" stroke-width=".8"/>{sun(112.5, 114)}'
    )


def stripes(dark: str, light: str, middle: str) -> str:
    """A striped cloth hanging from a table's edge."""
    bands = "".join(
        f'<path d="M{x} 62h{w}l4 100h-{w + 4}z" fill="{middle}" opacity=".9"/>'
        for x, w in ((46, 9), (62, 3), (96, 9), (112, 3), (146, 9))
    )
    return (
        f'{shadow(84)}<path d="M30 62h140l8 96q-8 6-16 0t-16 0-16 0-16 0-16 0-16 0-16 0-16 0-16 0z" fill="#f4efe4" stroke="{dark}" stroke-width=".8"/>{bands}'
        '<path d="M30 62h140l8 96H22z" fill="url(#t)"/><path d="M26 54h148q6 0 6 6v6H20v-6q0-6 6-6z" fill="#b89a72"/>'
        f'<path d="M48 66c-3 34-6 60-8 92M124 66c2 34 3 60 3 92" stroke="{dark}" stroke-opacity=".25" stroke-width="2" fill="none"/>'
    )


def round_cloth(dark: str, light: str, middle: str) -> str:
    """A round cloth on a round table."""
    return (
        f'{shadow(78, 172)}<path d="M28 84c2 40 0 66-4 82q10 8 18 0t18 4 20 0 20 4 20-4 20 0 18-4 18 0c-4-18-6-44-4-82z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/>'
        f'<ellipse cx="100" cy="84" rx="72" ry="22" fill="{light}" stroke="{dark}" stroke-width=".8"/><ellipse cx="100" cy="84" rx="72" ry="22" fill="url(#t)"/>'
        f'<path d="M52 102c-3 26-4 46-8 62M86 106c0 24 0 44-4 62M128 105c2 26 2 44 4 60" fill="none" stroke="{dark}" stroke-opacity=".35" stroke-width="1.6"/>'
    )


def napkins(dark: str, light: str, middle: str) -> str:
    """Napkins fanned out, seen from above."""
    squares = "".join(
        f'<rect x="-58" y="-58" width="116" height="116" rx="3" fill="{fill}" transform="rotate({turn})"/>'
        for turn, fill in ((-11, dark), (-5, middle), (1, middle), (7, light))
    )
    return (
        f'<path d="M0 0h200v200H0z" fill="url(#w)"/><g transform="translate(100 104)"><ellipse cx="4" cy="8" rx="72" ry="66" fill="#6f5c44" opacity=".18"/>'
        f'<g stroke="{dark}" stroke-width=".9">{squares}</g><g transform="rotate(7)"><path d="M-58-58H58V58H-58z" fill="url(#t)"/>'
        f'<rect x="-51" y="-51" width="102" height="102" fill="none" stroke="#fff" stroke-width="1.3" stroke-dasharray="4 3" opacity=".75"/>'
        f'<path d="M58-58v116H-58z" fill="{dark}" opacity=".13"/></g></g>'
    )


def runner(dark: str, light: str, middle: str) -> str:
    """A rolled runner with its fringe."""
    fringe = "".join(f"M{x} 150v12" for x in range(36, 170, 5))
    return (
        f'{shadow(80)}<path d="M34 96h112v54H34z" fill="{middle}"/><path d="M34 96h112v54H34z" fill="url(#t)"/><path d="{fringe}" stroke="{middle}" stroke-width="2"/>'
        f'<rect x="30" y="76" width="132" height="42" rx="21" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><ellipse cx="158" cy="97" rx="12" ry="21" fill="{light}" stroke="{dark}"/>'
        f'<path d="M158 84c8 0 8 26 0 26s-6-18 0-18 3 10 0 10" fill="none" stroke="{dark}" stroke-width="1.4"/><path d="M88 76h16v42H88z" fill="#f7f2e8"/>{sun(96, 92)}'
    )


def towels(dark: str, light: str, middle: str) -> str:
    """Three towels on a rail."""
    one = "".join(
        f'<g transform="translate({x} 0)"><path d="M0 52h44v96q-22 6-44 0z" fill="#f6f1e7" stroke="#cfc2ad" stroke-width=".8"/>'
        f'<path d="M6 52v98M12 52v99M32 52v99M38 52v98" stroke="{middle}" stroke-width="2.4"/><path d="M0 128q22 6 44 0v6q-22 6-44 0z" fill="{dark}" opacity=".8"/></g>'
        for x in (24, 78, 132)
    )
    return f'{shadow(80, 172)}<path d="M14 50h172" stroke="#b89a72" stroke-width="5" stroke-linecap="round"/>{one}<path d="M24 52h152v96H24z" fill="url(#t)" opacity=".6"/>'


def apron(dark: str, light: str, middle: str) -> str:
    """An apron on its hook."""
    return (
        '<path d="M0 0h200v200H0z" fill="url(#w)"/><circle cx="100" cy="20" r="4" fill="#8a7458"/><path d="M78 58C82 34 92 22 100 20c8 2 18 14 22 38" fill="none" stroke="#b89a72" stroke-width="4"/>'
        '<path d="M76 56h48c2 18 10 28 30 34l6 84H40l6-84c20-6 28-16 30-34z" fill="url(#c)"/><path d="M46 92c-14 8-20 22-22 40M154 92c14 8 20 22 22 40" fill="none" stroke="#b89a72" stroke-width="3.5" stroke-linecap="round"/>'
        f'<path d="M70 112h60v34a6 6 0 0 1-6 6H76a6 6 0 0 1-6-6z" fill="{middle}" stroke="#f4eee4" stroke-width="1.2" stroke-dasharray="4 3"/><path d="M100 112v40M42 166h116" stroke="#f4eee4" stroke-width="1.2" stroke-dasharray="4 3"/>'
    )


def mitt(dark: str, light: str, middle: str) -> str:
    """A pair of pot holders."""
    one = f'<rect x="-42" y="-42" width="84" height="84" rx="10" fill="url(#c)" stroke="{dark}"/><path d="M-30-42 42 30M-42-30 30 42M0-42 42 0M-42 0 0 42M30-42-42 30M42-30-30 42M0-42-42 0M42 0 0 42" stroke="#fff" stroke-opacity=".35" stroke-width="1.2"/><rect x="-42" y="-42" width="84" height="84" rx="10" fill="none" stroke="#f3eadb" stroke-width="4"/>'
    return f'<path d="M0 0h200v200H0z" fill="url(#w)"/><g transform="translate(82 92) rotate(-9)">{one}<path d="M-42-42q-16-16-2-24t10 18" fill="none" stroke="#b89a72" stroke-width="4"/></g><g transform="translate(122 124) rotate(8)">{one}</g>'


def bag(dark: str, light: str, middle: str) -> str:
    """A linen bag with a loaf in it."""
    return (
        f'{shadow(56)}<path d="M84 40c6-18 26-18 32 0l8 46H76z" fill="#c8935a" stroke="#8a5f35"/><path d="M88 52l22 6M86 66l26 6" stroke="#f0d2a4" stroke-width="3" stroke-linecap="round"/>'
        f'<path d="M58 78q42-12 84 0l8 78q-50 14-100 0z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><path d="M58 78q42-12 84 0l8 78q-50 14-100 0z" fill="url(#t)"/>'
        f'<path d="M60 88q40-10 80 0" fill="none" stroke="{dark}" stroke-width="2" stroke-dasharray="5 3"/><path d="M136 86c14 6 16 20 10 34" fill="none" stroke="#b89a72" stroke-width="2.4"/>'
        f'<rect x="82" y="108" width="36" height="28" rx="2" fill="#fffdf8"/>{sun(100, 119)}'
    )


def plates(dark: str, light: str, middle: str) -> str:
    """A pile of plates."""
    pile = "".join(
        f'<path d="M{28 + i % 2} {146 - 14 * i}c0 26 {144 - 2 * (i % 2)} 26 {144 - 2 * (i % 2)} 0v6c0 28-{144 - 2 * (i % 2)} 28-{144 - 2 * (i % 2)} 0z" fill="url(#c)"/><ellipse cx="100" cy="{146 - 14 * i}" rx="{72 - i % 2}" ry="19" fill="{light}"/>'
        for i in range(4)
    )
    specks = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}"/>'
        for x, y, r in (
            (60, 99, 1),
            (82, 94, 0.8),
            (118, 96, 1.1),
            (146, 103, 0.9),
            (132, 114, 0.8),
            (74, 115, 0.9),
            (104, 109, 0.8),
        )
    )
    return f'{shadow(76)}<g stroke="{dark}" stroke-width=".8">{pile}</g><ellipse cx="100" cy="106" rx="48" ry="12" fill="#fff" fill-opacity=".25"/><g fill="{dark}" opacity=".55">{specks}</g>'


def plate(dark: str, light: str, middle: str) -> str:
    """One plate, seen from above, beside its fork."""
    return (
        f'<path d="M0 0h200v200H0z" fill="url(#w)"/><ellipse cx="106" cy="108" rx="74" ry="73" fill="#6f5c44" opacity=".22"/><circle cx="102" cy="100" r="72" fill="{light}" stroke="{dark}"/>'
        f'<circle cx="102" cy="100" r="70" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2"/><circle cx="102" cy="100" r="48" fill="{middle}" fill-opacity=".35" stroke="{dark}" stroke-opacity=".4"/>'
        f'<path d="M62 82a44 44 0 0 1 34-26" stroke="#fff" stroke-width="4" stroke-linecap="round" fill="none" opacity=".8"/><path d="M14 40v34q0 8 5 9v82M19 40v32M24 40v34q0 8-5 9" stroke="#8d8a84" stroke-width="2.6" fill="none" stroke-linecap="round"/>'
    )


def bowl(dark: str, light: str, middle: str) -> str:
    """A bowl."""
    return (
        f'{shadow(60)}<path d="M34 96c2 44 30 68 66 68s64-24 66-68z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><path d="M78 160h44v6a22 5 0 0 1-44 0z" fill="{dark}"/>'
        f'<ellipse cx="100" cy="96" rx="66" ry="17" fill="{light}" stroke="{dark}"/><ellipse cx="100" cy="99" rx="56" ry="12" fill="{middle}"/><path d="M38 106q20 14 34 4t30 6 30-4 32-6" fill="none" stroke="{light}" stroke-width="5" stroke-opacity=".6"/>'
        '<path d="M48 112c2 18 10 30 22 38" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-linecap="round" fill="none"/>'
    )


def cup(dark: str, light: str, middle: str) -> str:
    """Two cups, one steaming."""
    one = f'<path d="M0 0h58v44q0 16-16 16H16Q0 60 0 44z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><path d="M58 10c20-4 22 30-2 30" fill="none" stroke="{middle}" stroke-width="7"/><ellipse cx="29" cy="0" rx="29" ry="7" fill="{light}" stroke="{dark}"/><ellipse cx="29" cy="1" rx="24" ry="5" fill="#5a3a27"/>'
    return f'{shadow(76)}<g transform="translate(98 84) scale(.9)">{one}</g><g transform="translate(34 104)">{one}</g><path d="M56 92c-6-10 6-14 0-26M68 92c-6-10 6-14 0-26" fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="3" stroke-linecap="round"/>'


def pitcher(dark: str, light: str, middle: str) -> str:
    """A pitcher with a branch."""
    return (
        f'{shadow(50)}<path d="M96 66c4-26 18-40 34-46M98 56c-10-14-20-18-30-20" fill="none" stroke="#6b7a55" stroke-width="2.4"/><g fill="#87987a"><ellipse cx="128" cy="24" rx="12" ry="5" transform="rotate(-30 128 24)"/><ellipse cx="110" cy="40" rx="11" ry="5" transform="rotate(-70 110 40)"/><ellipse cx="72" cy="36" rx="12" ry="5" transform="rotate(20 72 36)"/></g>'
        f'<path d="M72 64q28-10 54 0l-6 26c16 10 20 26 20 42 0 22-14 34-40 34s-40-12-40-34c0-18 6-32 20-42z" fill="url(#c)" stroke="{dark}"/><path d="M122 84c30-6 34 34 14 50" fill="none" stroke="{middle}" stroke-width="8"/>'
        f'<ellipse cx="99" cy="64" rx="27" ry="6" fill="{dark}" opacity=".6"/><path d="M72 110c-4 12-4 26 2 38" stroke="#fff" stroke-opacity=".6" stroke-width="4" stroke-linecap="round" fill="none"/>'
    )


def tray(dark: str, light: str, middle: str) -> str:
    """A tray or dish."""
    return (
        f'{shadow(84, 160)}<path d="M18 120c0 34 164 34 164 0v12c0 40-164 40-164 0z" fill="url(#c)" stroke="{dark}"/><ellipse cx="100" cy="120" rx="82" ry="27" fill="{light}" stroke="{dark}"/><ellipse cx="100" cy="123" rx="72" ry="21" fill="{middle}"/>'
        f'<path d="M44 116q50-16 112 2M36 124q60-14 128 4M52 134q50-10 98 2" fill="none" stroke="{dark}" stroke-opacity=".28" stroke-width="1.4"/><path d="M74 84a12 12 0 1 1 20 10l-2 24H76z" fill="#f6f1e7" opacity=".9"/><path d="M84 82V70" stroke="#6b7a55" stroke-width="2"/>'
    )


def carafe(dark: str, light: str, middle: str) -> str:
    """A blown glass carafe, half full."""
    return (
        f'{shadow(50, 168)}<path d="M80 30h44l-4 40c18 10 24 26 24 50 0 30-12 48-44 48s-44-18-44-48c0-24 10-40 26-50z" fill="{light}" fill-opacity=".75" stroke="{dark}" stroke-width="1.4"/>'
        f'<path d="M57 112c14-6 28 5 43 0s30-4 43 0c2 34-9 54-43 54s-46-20-43-54z" fill="{middle}" opacity=".6"/><ellipse cx="102" cy="30" rx="22" ry="5" fill="#fff" fill-opacity=".5" stroke="{dark}" stroke-width="1.4"/>'
        f'<path d="M70 92c-6 12-8 34-2 52" fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="4" stroke-linecap="round"/><path d="M134 78c22-2 32 12 28 32-3 14-12 22-20 24" fill="none" stroke="{middle}" stroke-width="7" stroke-linecap="round" opacity=".85"/>'
    )


def glasses(dark: str, light: str, middle: str) -> str:
    """Three glasses."""
    one = f'<path d="M0 0h46l-5 68q-18 6-36 0z" fill="{light}" fill-opacity=".6" stroke="{dark}" stroke-width="1.2"/><path d="M2 28h42l-3 40q-18 6-36 0z" fill="{middle}" fill-opacity=".55"/><ellipse cx="23" cy="0" rx="23" ry="6" fill="#fff" fill-opacity=".45" stroke="{dark}" stroke-width="1.2"/><path d="M9 10l3 48" stroke="#fff" stroke-width="3" stroke-opacity=".8" stroke-linecap="round"/>'
    return f'{shadow(84, 168)}<g transform="translate(104 66)">{one}</g><g transform="translate(32 82)">{one}</g><g transform="translate(84 96)">{one}</g>'


def vase(dark: str, light: str, middle: str) -> str:
    """A vase with dry grasses."""
    return (
        f'{shadow(46)}<path d="M100 74C96 46 84 30 74 20M101 74c2-30 4-46 6-58M102 74c6-24 18-38 30-44" fill="none" stroke="#a98d5c" stroke-width="2"/><g fill="#c9ad7a"><ellipse cx="74" cy="20" rx="4" ry="11" transform="rotate(-28 74 20)"/><ellipse cx="107" cy="18" rx="4" ry="12"/><ellipse cx="132" cy="30" rx="4" ry="11" transform="rotate(34 132 30)"/></g>'
        f'<path d="M88 72h25v20c24 10 32 26 30 44-2 20-18 30-43 30s-41-10-43-30c-2-18 7-34 31-44z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><ellipse cx="100.500" cy="72" rx="12.500" ry="3.500" fill="{dark}"/>'
        f'<path d="M60 122q40 12 82 0M59 134q40 12 84 0" fill="none" stroke="{dark}" stroke-opacity=".3"/><path d="M70 112c-6 10-6 24 0 34" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-linecap="round" fill="none"/>'
    )


def sticks(dark: str, light: str, middle: str) -> str:
    """A pair of candlesticks."""
    one = f'<path d="M-5-74h10V0H-5z" fill="#f6eedd" stroke="#d8cbb8"/><path d="M0-92c5 7 6 10 6 13a6 6 0 0 1-12 0c0-3 1-6 6-13z" fill="#f3b65a"/><path d="M-10 0h20l4 34q12 4 16 16h-60q4-12 16-16z" fill="url(#c)" stroke="{dark}"/>'
    return f'{shadow(78, 168)}<g transform="translate(66 112)">{one}</g><g transform="translate(134 118) scale(1 .9)">{one}</g>'


def basket(dark: str, light: str, middle: str) -> str:
    """A wicker basket."""
    weave = "".join(
        f'<path d="M{38 + i} {92 + 12 * i}q31 10 62 0t{62 - 2 * i} 0" fill="none" stroke="{dark}" stroke-opacity=".5" stroke-width="3"/>'
        for i in range(6)
    )
    return (
        f'{shadow(66, 168)}<path d="M60 88c2-60 78-60 80 0" fill="none" stroke="{middle}" stroke-width="7"/><path d="M34 86h132l-12 72q-54 16-108 0z" fill="url(#c)" stroke="{dark}"/>{weave}'
        f'<ellipse cx="100" cy="86" rx="66" ry="12" fill="{dark}"/><path d="M48 84q20-22 40-6t44-4 22 10z" fill="#f4eee4" stroke="#cfc2ad"/>'
    )


def candle(dark: str, light: str, middle: str) -> str:
    """A candle that burns in its glass."""
    return (
        '<defs><radialGradient id="h"><stop stop-color="#ffd98f" stop-opacity=".75"/><stop offset="1" stop-color="#ffd98f" stop-opacity="0"/></radialGradient></defs>'
        f'{shadow(58)}<circle cx="100" cy="62" r="56" fill="url(#h)"/><path d="M62 78h76v78a10 10 0 0 1-10 10H72a10 10 0 0 1-10-10z" fill="url(#c)"/><ellipse cx="100" cy="78" rx="38" ry="8" fill="{dark}"/><ellipse cx="100" cy="80" rx="34" ry="6" fill="#efe2c2"/>'
        '<path d="M100 81V68" stroke="#3b342a" stroke-width="2.4" stroke-linecap="round"/><path d="M100 40c7 11 10 16 10 21a10 10 0 0 1-20 0c0-5 3-10 10-21z" fill="#f6bf62"/>'
        f'<rect x="78" y="102" width="44" height="42" rx="2" fill="#f6f1e7"/>{sun(100, 117)}<path d="M70 90v62" stroke="#fff" stroke-opacity=".28" stroke-width="4" stroke-linecap="round"/>'
    )


def refill(dark: str, light: str, middle: str) -> str:
    """A puck of wax in its paper."""
    return (
        f'{shadow(70)}<path d="M36 112c0 24 128 24 128 0v34c0 28-128 28-128 0z" fill="#efe2c2" stroke="#c9b88f"/><ellipse cx="100" cy="112" rx="64" ry="18" fill="#f7eed6" stroke="#c9b88f"/>'
        f'<path d="M100 112V88" stroke="#3b342a" stroke-width="2.4" stroke-linecap="round"/><path d="M36 122c0 24 128 24 128 0v18c0 26-128 26-128 0z" fill="url(#c)"/><rect x="80" y="134" width="40" height="26" rx="2" fill="#f6f1e7"/>{sun(100, 143)}'
    )


def diffuser(dark: str, light: str, middle: str) -> str:
    """A bottle with rattan sticks."""
    return (
        f'{shadow(52, 168)}<path d="M98 84 70 22M99 84 86 16M100 84 102 14M101 84 119 18M103 84 134 28" stroke="#8f6f4f" stroke-width="2.6" stroke-linecap="round"/><path d="M88 78h24v18H88z" fill="#cdbfa9" stroke="#a29277" stroke-width=".8"/>'
        f'<path d="M88 96h24c4 8 26 6 26 20v40a12 12 0 0 1-12 12H74a12 12 0 0 1-12-12v-40c0-14 22-12 26-20z" fill="{light}" stroke="{dark}" stroke-width=".8"/><path d="M63 128h74v28a11 11 0 0 1-11 11H74a11 11 0 0 1-11-11z" fill="{middle}" opacity=".7"/>'
        f'<rect x="80" y="120" width="40" height="34" rx="2" fill="#fbf8f1"/>{sun(100, 132)}<path d="M70 116v38" stroke="#fff" stroke-opacity=".6" stroke-width="3.5" stroke-linecap="round"/>'
    )


def spray(dark: str, light: str, middle: str) -> str:
    """A spray bottle."""
    return (
        f'{shadow(38)}<path d="M86 40h30v10H96v14h-10zM84 42l-14 3" fill="#3f4a46" stroke="#3f4a46" stroke-width="4" stroke-linejoin="round"/><path d="M86 64h28v14H86z" fill="#e7ded0" stroke="#b9ab95"/>'
        f'<path d="M84 78h32q12 4 12 18v58q0 12-12 12H84q-12 0-12-12V96q0-14 12-18z" fill="url(#c)" stroke="{dark}"/><rect x="80" y="104" width="40" height="40" rx="2" fill="#fbf8f1"/>{sun(100, 118)}<g fill="#fff" opacity=".8"><circle cx="58" cy="42" r="2"/><circle cx="48" cy="36" r="1.6"/><circle cx="50" cy="50" r="1.6"/><circle cx="40" cy="44" r="1.3"/></g>'
    )


def soap(dark: str, light: str, middle: str) -> str:
    """A bar of soap with its band."""
    return (
        f'{shadow(70)}<path d="M34 108q0-12 12-14l98-8q20-1 22 16v34q0 14-14 16l-98 8q-18 0-20-18z" fill="url(#c)" stroke="{dark}"/><path d="M38 104q8-10 24-11l86-7q16 0 18 12-60 14-128 6z" fill="{light}"/>'
        f'<path d="M82 91l36-3v68l-36 3z" fill="#f7f2e8" stroke="#d8cbb8"/>{sun(100, 118)}<g fill="#fff" opacity=".7"><circle cx="52" cy="80" r="6"/><circle cx="64" cy="70" r="4"/><circle cx="46" cy="66" r="3"/></g>'
    )


def bedding(dark: str, light: str, middle: str) -> str:
    """A made bed."""
    return (
        f'<path d="M20 64h160v20H20z" fill="#b89a72"/><path d="M26 84q36-24 70 0z" fill="#fbf7ee" stroke="#d8cbb8"/><path d="M104 84q36-24 70 0z" fill="#fbf7ee" stroke="#d8cbb8"/><path d="M14 84h172v78q-86 16-172 0z" fill="url(#c)" stroke="{dark}" stroke-width=".8"/><path d="M14 84h172v78q-86 16-172 0z" fill="url(#t)"/>'
        f'<path d="M14 84h172v20q-86 12-172 0z" fill="{light}"/><path d="M40 112q12 26 4 50M92 112q-8 28 6 56M140 110q8 24-2 54" fill="none" stroke="{dark}" stroke-opacity=".3" stroke-width="2"/><g fill="#fffdf8"><circle cx="70" cy="104" r="2"/><circle cx="100" cy="105" r="2"/><circle cx="130" cy="104" r="2"/></g>'
    )


def pillow(dark: str, light: str, middle: str) -> str:
    """A cushion."""
    return (
        f'{shadow(68)}<path d="M40 66q60-14 120 0 14 44 0 92-60 14-120 0-14-48 0-92z" fill="url(#c)" stroke="{dark}"/><path d="M40 66q60-14 120 0 14 44 0 92-60 14-120 0-14-48 0-92z" fill="url(#t)"/>'
        f'<path d="M48 74q52-11 104 0 11 38 0 76-52 11-104 0-11-38 0-76z" fill="none" stroke="#fff" stroke-opacity=".55" stroke-dasharray="5 4" stroke-width="1.4"/><path d="M40 66q14 8 20 22M160 66q-14 8-20 22M40 158q14-8 18-20M160 158q-14-8-18-20" stroke="{dark}" stroke-opacity=".4" fill="none" stroke-width="1.6"/>'
    )


def card(dark: str, light: str, middle: str) -> str:
    """A gift card in its sleeve."""
    return (
        f'{shadow(72)}<g transform="rotate(-6 100 110)"><rect x="32" y="66" width="136" height="88" rx="6" fill="#f7f2e8" stroke="#d8cbb8"/><path d="M32 110h136v38a6 6 0 0 1-6 6H38a6 6 0 0 1-6-6z" fill="url(#c)"/>'
        f'<path d="M92 66h16v88H92z" fill="{middle}" opacity=".85"/><path d="M100 110c-22-26-34-2-4 0 30-2 20-28 4 0z" fill="{light}" stroke="{dark}"/>{sun(140, 86)}</g>'
    )


SHAPES: dict[str, Callable[[str, str, str], str]] = {
    "cloth": cloth, "stripes": stripes, "round": round_cloth, "napkins": napkins, "runner": runner, "towels": towels,
    "apron": apron, "mitt": mitt, "bag": bag, "plates": plates, "plate": plate, "bowl": bowl, "cup": cup,
    "pitcher": pitcher, "tray": tray, "carafe": carafe, "glasses": glasses, "vase": vase, "sticks": sticks,
    "basket": basket, "candle": candle, "refill": refill, "diffuser": diffuser, "spray": spray, "soap": soap,
    "bedding": bedding, "pillow": pillow, "card": card,
}  # fmt: skip


def main() -> None:
    """Write one file a product."""
    products = tomllib.loads((HERE / "data" / "products.toml").read_text("utf-8"))["product"]
    TARGET.mkdir(parents=True, exist_ok=True)
    for place, product in enumerate(products):
        shape, colour = product["draw"]
        (TARGET / f"{product['key']}.svg").write_text(draw(shape, colour, place), "utf-8")
    print(f"{len(products)} drawings in {TARGET}")


if __name__ == "__main__":
    main()
