"""How people look at lists: views under a name, chosen columns, what a list opens with."""
