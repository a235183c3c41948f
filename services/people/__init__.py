"""Who uses CVD, and how they sign in."""
