"""Every adapter that ships with Comptoir, by port and name: plain strings, so that commands without Django read them.

One line a vendor, in the order in which the settings pages offer them.
"""

ADAPTERS: dict[str, dict[str, str]] = {
    "channel": {
        "email": "comptoir.adapters.email.channel.Email",
        "outbox": "comptoir.adapters.outbox.channel.Outbox",
    },
    "shop": {},
    "carrier": {},
}
