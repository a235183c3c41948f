CREATE INDEX service_order_cabinets_closed ON service_order_cabinets (closed_at, service_order_id)
    WHERE position = 1 AND closed_at IS NOT NULL;
DROP INDEX service_orders_open;
CREATE INDEX service_orders_open ON service_orders (id) WHERE status IN ('planned', 'in_progress');
DROP INDEX service_orders_open_day;
DROP INDEX service_orders_completed_day;
ALTER TABLE service_orders DROP COLUMN of_day;
