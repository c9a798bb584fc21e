"""Seeded mails as customers' programs write them: HTML, every third an answer, every twentieth with a photo."""

import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone

from bench.inside import texts

QUOTE = "Le lun. 3 nov. 2025 à 10:12, Alba <bonjour@alba.example> a écrit :"


def mails(count: int, seed: int = 7) -> Iterator[bytes]:
    """That many mails, the same bytes all day."""
    rng = random.Random(seed)
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    sent: list[tuple[str, str, str]] = []
    for number in range(count):
        message = EmailMessage()
        answer = sent and rng.random() < 0.3
        before, address, name = rng.choice(sent) if answer else ("", f"mail{number}@orange.example", texts.person(rng))
        key = f"seed{seed}-{number}@orange.example"
        message["From"] = f"{name} <{address}>"
        message["To"] = "Alba <bonjour@alba.example>"
        message["Subject"] = ("Re: " if answer else "") + rng.choice(texts.SUBJECTS)
        message["Date"] = format_datetime(today)
        message["Message-ID"] = f"<{key}>"
        message["Received"] = "from mx.orange.example by mx.alba.example; Mon, 23 Nov 2026 10:12:00 +0100"
        if answer:
            message["In-Reply-To"] = message["References"] = f"<{before}>"
        words = texts.text(rng)
        quoted = f"\n\n{QUOTE}\n> {texts.text(rng, 3)}\n" if answer else ""
        message.set_content(f"{words}{quoted}\n\nCordialement,\n{name}\n")
        html_quote = (
            f"<div class='gmail_quote'>{QUOTE}<blockquote>{texts.text(rng, 3)}</blockquote></div>" if answer else ""
        )
        message.add_alternative(
            f"<html><head><style>p{{color:#333}}</style></head><body><p>{words}</p><p>Cordialement,<br>{name}</p>"
            f"{html_quote}</body></html>",
            subtype="html",
        )
        if rng.random() < 0.05:
            message.add_attachment(rng.randbytes(60_000), maintype="image", subtype="jpeg", filename="photo.jpg")
        for place, part in enumerate(message.walk()):
            if part.is_multipart():
                part.set_boundary(f"part-{number}-{place}")  # the same bytes at every run
        sent.append((key, address, name))
        yield message.as_bytes()
