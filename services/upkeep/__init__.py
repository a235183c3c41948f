"""What goes in the course of time, whatever area it is of: removal by the calendar, erasure."""
