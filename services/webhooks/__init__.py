"""What other programs are told: webhooks, and how events reach them."""
