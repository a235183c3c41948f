DROP TRIGGER selection_of_release_before ON daily_selection_sales;
DROP FUNCTION sum_day();
DROP TABLE daily_sales;
