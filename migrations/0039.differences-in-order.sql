-- The list of counts that differ walks along them: as it shows them, the newest first.
DROP INDEX stock_moves_differences;
CREATE INDEX stock_moves_differences ON stock_moves (occurred_at, id)
    WHERE reason = 'unexplained' AND source_kind = 'visit';
CREATE INDEX stock_moves_product_differences ON stock_moves (product_id, occurred_at, id)
    WHERE reason = 'unexplained' AND source_kind = 'visit';
