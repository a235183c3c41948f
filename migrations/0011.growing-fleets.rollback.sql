DROP TABLE device_counts;

DROP INDEX routes_archived;
DROP INDEX locations_archived;

DROP INDEX device_metrics_archived_level;
DROP INDEX device_metrics_archived_last_read;
DROP INDEX device_metrics_archived_sold_out;
DROP INDEX device_metrics_prices;
DROP INDEX device_metrics_faults;
DROP INDEX device_metrics_level;
DROP INDEX device_metrics_last_read;
DROP INDEX device_metrics_running_out;
DROP INDEX device_metrics_sold_out;
ALTER TABLE device_metrics DROP COLUMN archived_at;
CREATE INDEX device_metrics_sold_out ON device_metrics (sold_out_slots, device_id);
CREATE INDEX device_metrics_running_out ON device_metrics (sold_out_slots, days_of_inventory, device_id);
CREATE INDEX device_metrics_last_read ON device_metrics (COALESCE(last_read_at, ''), device_id);
CREATE INDEX device_metrics_level ON device_metrics (COALESCE(product_level_percent, 1000.0), device_id);
CREATE INDEX device_metrics_faults ON device_metrics (device_id) WHERE fault_count > 0;
CREATE INDEX device_metrics_prices ON device_metrics (device_id) WHERE price_difference_count > 0;

DROP TABLE search_grams;
