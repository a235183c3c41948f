-- Webhooks, their secrets and what waits to be delivered cannot be brought back: take a backup first.
ALTER TABLE retention DROP COLUMN webhook_delivery_days;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
