"""Scheduled backups: a vault of sealed blocks in a folder or bucket, and what is made of them."""
