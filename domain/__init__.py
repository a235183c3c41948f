"""Values in, values out: no database, no file, no clock of its own."""
