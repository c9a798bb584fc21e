"""Custom fields where they are filled in: beside a conversation, on a customer's file, on an order's page."""
