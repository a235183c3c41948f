-- The home page shows the orders completed today, however many ended before. The cabinets of
-- an order are closed together: the first one tells of all.
CREATE INDEX service_order_cabinets_closed ON service_order_cabinets (closed_at, service_order_id)
    WHERE position = 1 AND closed_at IS NOT NULL;
