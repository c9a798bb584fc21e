"""What people type in the settings."""
