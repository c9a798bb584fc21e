"""How fast Comptoir is, measured beside a ceiling or a peer in the same run: `bin/bench`, docs/performance.md.

Plain Python. It starts the product as `comptoir web` and `comptoir worker` do and looks at it from outside. It is no
part of the product and the product never imports it.
"""
