"""What was sold and what is there: intervals, stock, sales, and the figures that follow."""
