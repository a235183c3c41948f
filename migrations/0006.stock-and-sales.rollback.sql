-- The stock ledger and all counts and fills cannot be brought back: take a backup first.
DROP TABLE device_metrics;
DROP TABLE daily_selection_sales;
DROP TABLE daily_product_sales;
DROP TABLE daily_device_sales;
DROP TABLE sales;
DROP TABLE stock_moves;
DROP TABLE slot_facts;
