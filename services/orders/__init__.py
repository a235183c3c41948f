"""What people do next, and what they did: service orders, stops, visits, fills."""
