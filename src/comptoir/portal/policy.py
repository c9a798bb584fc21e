"""The storefront's content security policy: our own, and the address from which the chat's script comes."""


def storefront_policy(origin: str) -> str:
    """A policy without inline script or style, as a careful shop would write it around the one script tag."""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {origin}",
            f"connect-src 'self' {origin}",
            "img-src 'self' data: blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )
