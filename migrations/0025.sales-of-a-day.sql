-- What all devices sold on each day: a report by day, the totals of reports by device, route or
-- location, and the home page read one row for it, instead of one for each selection.
CREATE TABLE daily_sales (
    sold_on TEXT NOT NULL PRIMARY KEY,
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    lost_units_e6 INTEGER NOT NULL,
    lost_cents_e6 INTEGER NOT NULL
) STRICT;

INSERT INTO daily_sales (sold_on, units, amount_cents, lost_units_e6, lost_cents_e6)
SELECT sold_on, sum(units), sum(amount_cents), sum(lost_units_e6), sum(lost_cents_e6)
FROM daily_selection_sales
GROUP BY sold_on;
