"""How an installation begins: the setup page and the example fleet."""
