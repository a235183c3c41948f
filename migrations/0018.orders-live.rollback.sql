-- Which stops were skipped, and why, cannot be brought back: take a backup first.
DROP TABLE skips;

DROP INDEX service_order_cabinets_open;
-- Before, an order held its cabinets until it ended, and each was in one open order at most:
-- the oldest one keeps it.
UPDATE service_order_cabinets SET closed_at = NULL
WHERE service_order_id IN (
    SELECT id FROM service_orders WHERE status <> 'completed' AND status <> 'cancelled'
);
UPDATE service_order_cabinets
SET closed_at = (
    SELECT o.created_at FROM service_orders o WHERE o.id = service_order_cabinets.service_order_id
)
WHERE closed_at IS NULL AND EXISTS (
    SELECT 1 FROM service_order_cabinets older
    WHERE older.cabinet_id = service_order_cabinets.cabinet_id
      AND older.closed_at IS NULL
      AND older.service_order_id < service_order_cabinets.service_order_id
);
CREATE UNIQUE INDEX service_order_cabinets_open ON service_order_cabinets (cabinet_id)
    WHERE closed_at IS NULL;

ALTER TABLE service_order_cabinets DROP COLUMN stale_at;
ALTER TABLE service_order_cabinets DROP COLUMN service_on;
ALTER TABLE service_orders DROP COLUMN origin;
ALTER TABLE service_orders DROP COLUMN purpose;
