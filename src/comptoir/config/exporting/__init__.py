"""All that an installation holds as JSON Lines and files, for other programs or another Comptoir (docs/export.md)."""
