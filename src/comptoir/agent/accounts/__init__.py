"""Signing in and out, invitations, forgotten passwords, and what agents decide about their own account."""
