DROP INDEX stock_moves_product_differences;
DROP INDEX stock_moves_differences;
CREATE INDEX stock_moves_differences ON stock_moves (occurred_at, source_id)
    WHERE reason = 'unexplained' AND source_kind = 'visit';
