"""Services: the rules and the SQL of each noun, one module each; they know nothing of HTTP."""
