"""The look: base templates, components, styles, icons, small behaviours, vendored front-end libraries.

It renders what it is given. It never imports a domain room, never queries, and knows no address of any door.
"""
