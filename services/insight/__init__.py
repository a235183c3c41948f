"""What several areas say together: Today, the route board, a product."""
