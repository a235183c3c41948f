"""What the rows of populated/ share: two times of a morning, and what stands for a hash."""

AT = "2026-01-31T08:00:00Z"
LATER = "2026-01-31T09:00:00Z"
HASH = "0" * 64
