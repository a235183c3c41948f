"""The terminal: what the commands of `flask` do that no page does."""
