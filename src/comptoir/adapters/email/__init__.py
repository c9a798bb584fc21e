"""Mail by IMAP and SMTP, of any provider that has them."""
