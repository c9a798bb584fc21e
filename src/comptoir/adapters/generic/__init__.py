"""Any program that can post a signed webhook and answer a few requests (docs/connectors/generic.md)."""
