-- What is asked or written all day walks along fewer rows and touches fewer pages.

-- The home page counts the orders of a day and the late ones along indexes that hold no
-- others. The day an order is of: the one it is scheduled on, or else the operator's day on
-- which it was completed; none while it is open without a day.
ALTER TABLE service_orders ADD COLUMN service_on TEXT;
UPDATE service_orders SET service_on = scheduled_on;
UPDATE service_orders
SET service_on = (
    SELECT substr(max(oc.closed_at), 1, 10) FROM service_order_cabinets oc
    WHERE oc.service_order_id = service_orders.id
)
WHERE scheduled_on IS NULL AND status = 'completed';

CREATE INDEX service_orders_completed_day ON service_orders (service_on, id)
    WHERE status = 'completed';
-- Said so that nobody takes the index of all statuses instead, and sorts what it finds.
CREATE INDEX service_orders_open_day ON service_orders (service_on, id)
    WHERE status <> 'completed' AND status <> 'cancelled';
DROP INDEX service_orders_open;
CREATE INDEX service_orders_open ON service_orders (id)
    WHERE status <> 'completed' AND status <> 'cancelled';
DROP INDEX service_order_cabinets_closed;

-- Each selection of an audit was written to a page of its own in the first of these, a third
-- of all that an audit wrote; the reads of a device lead to its selections as well. The second
-- is another order of the same as sales_device_day, the third nobody asks for.
DROP INDEX dex_selections_chain;
DROP INDEX sales_device;
DROP INDEX dex_reads_received;

-- What the selections of a device sold behind `begin_at`, by product, for its velocities
-- (services/selling_windows.py): changed by what an audit changes, so that no audit sums up a
-- month of sales.
CREATE TABLE selling_windows (
    device_id INTEGER NOT NULL PRIMARY KEY REFERENCES devices (id),
    begin_at TEXT NOT NULL,
    sold TEXT NOT NULL -- JSON: [[selection, product_id, units, ten-thousandths of days out]]
) STRICT;
