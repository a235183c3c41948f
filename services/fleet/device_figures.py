"""Device figures: what a statement shows of device_metrics, for lists, boards and metrics alike."""

# Of a row `m` of device_metrics: where no quantity is known, nobody knows what is sold out.
SOLD_OUT_SLOTS = "CASE WHEN m.units_to_par IS NULL THEN NULL ELSE m.sold_out_slots END"
LOST_CENTS = "CASE WHEN m.units_to_par IS NULL THEN NULL ELSE m.lost_cents_per_day END"
# The rule of levels.py, of the worst slot.
STATE = """
    CASE WHEN m.units_to_par IS NULL THEN 'unknown'
         WHEN m.sold_out_slots > 0 THEN 'sold_out'
         WHEN m.low_slots > 0 THEN 'low'
         ELSE 'ok' END
"""
# The figures that a list of devices and the route board both show.
FIGURES = {
    "sold_out_slots": SOLD_OUT_SLOTS,
    "probably_sold_out_slots": "COALESCE(m.probably_sold_out_slots, 0)",
    "product_level_percent": "m.product_level_percent",
    "state": STATE,
    "days_of_inventory": "m.days_of_inventory",
    "estimated_slots": "COALESCE(m.estimated_slots, 0)",
    "estimated_stock_slots": "COALESCE(m.estimated_stock_slots, 0)",
    "stock_known_at": "m.stock_known_at",
    "lost_cents_per_day": LOST_CENTS,
    "lost_without_cost_slots": "COALESCE(m.lost_without_cost_slots, 0)",
    "last_read_at": "m.last_read_at",
}
