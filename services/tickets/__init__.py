"""Notes, tasks and tickets: what people notice, and how long machines are down."""
