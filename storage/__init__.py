"""Engines, files and how they change: where everything is kept."""
