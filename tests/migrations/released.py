"""The release before this one, raised with each release."""

# Its last migration, and the commit of its program.
MIGRATION = "0024"
COMMIT = "80681a7"
# Triggers that serve its nodes alone while they work on this schema, and refuse them nothing.
FOR_ITS_NODES = {("daily_selection_sales", "selection_of_release_before")}
