"""Processes and sockets: granian in front of the application, and what watches over it."""
