"""`python -m bench.bare.cli web --fd N`: the bare view, served exactly as `comptoir web` serves the product."""

import os
import sys

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    from comptoir.config.cli import main

    sys.exit(main())
