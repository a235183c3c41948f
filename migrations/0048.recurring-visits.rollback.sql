-- Recurring visits cannot be brought back; the orders that they became stay. Take a backup first.
DROP TABLE recurring_visit_days;
DROP TABLE recurring_visit_devices;
DROP TABLE recurring_visits;
