-- Sums by day are those of reads alone again: what was imported is lost. Take a backup first.

UPDATE daily_device_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_device_sales.sold_on AND p.device_id = daily_device_sales.device_id
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_device_sales.sold_on AND p.device_id = daily_device_sales.device_id
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

UPDATE daily_product_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_product_sales.sold_on AND COALESCE(p.product_id, 0) = daily_product_sales.product_id
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_product_sales.sold_on AND COALESCE(p.product_id, 0) = daily_product_sales.product_id
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

UPDATE daily_selection_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_selection_sales.sold_on AND p.selection = daily_selection_sales.selection
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_selection_sales.sold_on AND p.selection = daily_selection_sales.selection
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

UPDATE daily_route_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_route_sales.sold_on AND COALESCE(p.route_id, 0) = daily_route_sales.route_id
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_route_sales.sold_on AND COALESCE(p.route_id, 0) = daily_route_sales.route_id
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

UPDATE daily_location_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_location_sales.sold_on AND COALESCE(p.location_id, 0) = daily_location_sales.location_id
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_location_sales.sold_on AND COALESCE(p.location_id, 0) = daily_location_sales.location_id
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

UPDATE daily_sales SET
    units = units - COALESCE((
        SELECT sum(p.units) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_sales.sold_on
    ), 0),
    amount_cents = amount_cents - COALESCE((
        SELECT sum(p.amount_cents) FROM past_sales p WHERE p.is_counted = 1
          AND p.sold_on = daily_sales.sold_on
    ), 0)
WHERE sold_on IN (SELECT p.sold_on FROM past_sales p WHERE p.is_counted = 1);

DROP TABLE past_sales;

-- An older version does not know how such files are read.
DELETE FROM import_sources WHERE kind = 'sales';
