"""Web push by the RFCs' own example, and what is no subscription."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from comptoir.lib.webpush import BadSubscription, Sender, Subscription, encrypt, read, written
from tests.notifications.conftest import Browser, proved

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
URL = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"


def test_the_example_of_rfc_8291() -> None:
    ours = ec.derive_private_key(
        int.from_bytes(read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    text = b"When I grow up, I want to be a watermelon"
    body = encrypt(text, Subscription(URL, POINT, AUTH), salt=read("DGv6ra1nlYgDCS1FRnbzlw"), key=ours, pad=False)
    assert written(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize("length", [0, 1, 510, 511, 512, 3_899, 3_900])
def test_a_browser_reads_every_length_and_its_service_sees_few(length: int) -> None:
    browser = Browser(url=URL)
    body = encrypt(b"x" * length, Subscription(URL, written(browser.point), written(browser.secret)))
    assert browser.read(body) == b"x" * length
    assert (len(body) - 86 - 16) % 512 == 0 or length >= 3_584
    assert len(body) <= 4096


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="3900"):
        encrypt(b"x" * 3_901, Subscription(URL, POINT, AUTH))


def test_the_sender_is_proved() -> None:
    sender = Sender.new()
    header = sender.authorization(URL, contact="mailto:bonjour@shop.example", now=1_000)
    claims = {"aud": "https://push.example.net", "exp": 44_200, "sub": "mailto:bonjour@shop.example"}
    assert proved(header, sender.public) == claims


OFF_CURVE = written(b"\x04" + b"\x01" * 64)


@pytest.mark.parametrize(
    "changed",
    [
        {"p256dh": ""},
        {"p256dh": OFF_CURVE},
        {"p256dh": POINT[:-4]},
        {"p256dh": POINT * 40_000},
        {"p256dh": "\u202f" * 87},
        {"auth": "AAAA"},
        {"auth": AUTH * 1000},
        {"auth": "!!!!!!!!!!!!!!!!!!!!!!"},
        {"endpoint": ""},
        {"endpoint": "ftp://push.example.net/x"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://user@push.example.net/x"},
        {"endpoint": "https://push.example.net:99999/x"},
        {"endpoint": "https://[::1/x"},
        {"endpoint": "https://push.example.net/\r\nX: y"},
        {"endpoint": "https://push.example.net/" + "x" * 1_000},
        {"endpoint": "https://pusħ.example.net/x"},
    ],
)
def test_what_is_no_subscription(changed: dict[str, Any]) -> None:
    with pytest.raises(BadSubscription):
        Subscription(**({"endpoint": URL, "p256dh": POINT, "auth": AUTH} | changed)).check()
