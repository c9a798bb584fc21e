"""The peers that Comptoir is measured against: Django with a bare view, and a plain broadcaster."""
