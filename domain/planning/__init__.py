"""Planning: accepted formulas with their sources. Pure: no database."""
