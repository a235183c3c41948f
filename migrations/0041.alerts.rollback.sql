-- Alerts, their rules and their mails cannot be brought back: take a backup first.
DROP TABLE alert_tellings;
DROP TABLE alert_mails;
DROP TABLE alerts;
DROP TABLE alert_rules;
DROP TABLE touched;
