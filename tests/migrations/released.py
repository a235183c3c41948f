"""The release before this one, raised with each release."""

from storage import migrate

# Its last migration, and the commit of its program.
MIGRATION = migrate.WORKS_SINCE
COMMIT = "80681a7"
# Triggers that serve its nodes alone while they work on this schema, and refuse them nothing.
FOR_ITS_NODES = {("daily_selection_sales", "selection_of_release_before")}
