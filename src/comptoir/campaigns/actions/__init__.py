"""What changes proactive messages: the only writers."""
