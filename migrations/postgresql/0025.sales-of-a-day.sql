-- What all devices sold on each day: a report by day, the totals of reports by device, route or
-- location, and the home page read one row for it, instead of one for each selection.
CREATE TABLE daily_sales (
    sold_on text COLLATE "C" NOT NULL PRIMARY KEY,
    units bigint NOT NULL,
    amount_cents bigint NOT NULL,
    lost_units_e6 bigint NOT NULL,
    lost_cents_e6 bigint NOT NULL
);

-- Nodes of the release before know nothing of this table while they still serve: what they add
-- to a selection's day is added to the day here. A row that is proposed is what is added, also
-- where it ends as an update. This release says `cvd.sums_days` and adds by itself; a later
-- release takes the trigger away.
CREATE FUNCTION sum_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_sales AS before (sold_on, units, amount_cents, lost_units_e6, lost_cents_e6)
    VALUES (NEW.sold_on, NEW.units, NEW.amount_cents, NEW.lost_units_e6, NEW.lost_cents_e6)
    ON CONFLICT (sold_on) DO UPDATE SET
        units = before.units + excluded.units,
        amount_cents = before.amount_cents + excluded.amount_cents,
        lost_units_e6 = before.lost_units_e6 + excluded.lost_units_e6,
        lost_cents_e6 = before.lost_cents_e6 + excluded.lost_cents_e6;
    RETURN NEW;
END
$$;

-- From here on nobody else adds to a selection's day until all of this is done.
CREATE TRIGGER selection_of_release_before BEFORE INSERT ON daily_selection_sales
    FOR EACH ROW WHEN (current_setting('cvd.sums_days', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION sum_day();

INSERT INTO daily_sales (sold_on, units, amount_cents, lost_units_e6, lost_cents_e6)
SELECT sold_on, sum(units), sum(amount_cents), sum(lost_units_e6), sum(lost_cents_e6)
FROM daily_selection_sales
GROUP BY sold_on;
