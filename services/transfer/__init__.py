"""How a fleet comes in: spreadsheets that become products, machines and their slots."""
