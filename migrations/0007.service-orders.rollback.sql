-- Orders and visits cannot be brought back: take a backup first.
DROP TABLE visits;
DROP TABLE service_order_items;
DROP TABLE service_order_cabinets;
DROP TABLE service_orders;
