"""Plain Python that several rooms need: mail, HTML, text, money, dates, a safe HTTP client.

Pure values in, pure values out; the HTTP client is the only thing here that touches the world.
Never knows Django, a vendor or the domain.
"""
