"""Every adapter that ships with Comptoir, by port and name: plain strings, so that commands without Django read them.

One line a vendor, in the order in which the settings pages offer them.
"""

ADAPTERS: dict[str, dict[str, str]] = {
    "llm": {"openai": "comptoir.adapters.openai.llm.OpenAI"},
    "channel": {
        "email": "comptoir.adapters.email.channel.Email",
        "outbox": "comptoir.adapters.outbox.channel.Outbox",
    },
    "shop": {
        "simulated": "comptoir.adapters.simulated.shop.SimulatedShop",
    },
    "carrier": {},
}
