-- An order may be without a route: somebody visits a machine that is on none.
ALTER TABLE service_orders ALTER COLUMN route_id DROP NOT NULL;
