"""Files: content named by its SHA-256, in a folder or in a bucket."""
