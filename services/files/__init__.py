"""Photos and other files: what belongs to a device, a product or a visit."""
