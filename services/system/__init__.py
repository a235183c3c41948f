"""What the installation itself is: its settings, its health, its audit log, its contract."""
