"""Mail that a demonstration keeps as files: read it, and answer it as the customer would."""
