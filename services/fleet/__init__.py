"""Machines and where they stand: devices, cabinets, planograms, routes, locations."""
