"""HTML that comes from outside made safe to show, HTML made into text, and text made into HTML.

Built on nh3 (ammonia); nothing here fetches anything, and no input is trusted, however it is nested.
"""

from comptoir.lib.html.clean import Cleaned, clean, clean_editor
from comptoir.lib.html.text import from_text, to_text

__all__ = ["Cleaned", "clean", "clean_editor", "from_text", "to_text"]
