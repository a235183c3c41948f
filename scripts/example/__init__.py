"""The example fleet: its catalogue, its machines, and the sixty days they live through."""
