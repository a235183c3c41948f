"""What is true for every noun, naming none: lists, changes, search, the trail of who did what."""
