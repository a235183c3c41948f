DROP TABLE selling_windows;

CREATE INDEX dex_reads_received ON dex_reads (received_at, id);
CREATE INDEX sales_device ON sales (device_id, closed_at);
CREATE UNIQUE INDEX dex_selections_chain ON dex_selections (device_id, selection, position);

CREATE INDEX service_order_cabinets_closed ON service_order_cabinets (closed_at, service_order_id)
    WHERE position = 1 AND closed_at IS NOT NULL;
DROP INDEX service_orders_open;
CREATE INDEX service_orders_open ON service_orders (id) WHERE status IN ('planned', 'in_progress');
DROP INDEX service_orders_open_day;
DROP INDEX service_orders_completed_day;
ALTER TABLE service_orders DROP COLUMN service_on;
