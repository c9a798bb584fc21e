"""Programs that work inside the product, with its settings: each prints one line of JSON."""

import os


def start() -> None:
    """Load the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django

    django.setup()
