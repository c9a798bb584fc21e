"""Messages to customers that speak first: what waits for somebody, and the settings of each kind."""
