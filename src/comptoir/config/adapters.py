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
        "shopify": "comptoir.adapters.shopify.shop.Shopify",
        "woocommerce": "comptoir.adapters.woocommerce.shop.WooCommerce",
        "prestashop": "comptoir.adapters.prestashop.shop.PrestaShop",
        "magento": "comptoir.adapters.magento.shop.Magento",
        "vendure": "comptoir.adapters.vendure.shop.Vendure",
        "generic": "comptoir.adapters.generic.shop.Generic",
        "simulated": "comptoir.adapters.simulated.shop.SimulatedShop",
    },
    "carrier": {
        "laposte": "comptoir.adapters.carriers.laposte.LaPoste",
        "aftership": "comptoir.adapters.carriers.aftership.AfterShip",
        "17track": "comptoir.adapters.carriers.seventeentrack.SeventeenTrack",
        "dhl": "comptoir.adapters.carriers.dhl.Dhl",
        "ups": "comptoir.adapters.carriers.ups.Ups",
        "fedex": "comptoir.adapters.carriers.fedex.FedEx",
        "gls": "comptoir.adapters.carriers.gls.Gls",
        "bpost": "comptoir.adapters.carriers.bpost.Bpost",
        "hermes": "comptoir.adapters.carriers.hermes.Hermes",
        "asendia": "comptoir.adapters.carriers.asendia.Asendia",
        "simulator": "comptoir.adapters.carriers.simulator.Simulator",
    },
}
