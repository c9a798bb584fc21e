"""A shop platform on this machine alone: the demo shop's orders in a file, on which everything can really be done."""
