"""Every write of care: cases, their letters, incidents over many orders."""
