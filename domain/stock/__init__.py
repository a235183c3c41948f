"""Stock: what is in each slot, replayed from what is known. Pure: no database."""
