"""The command bar and the results page: everything found, and what can be done, from one box."""
