"""DEX reads: how they arrive, whose they are, what they say."""
