"""Open orders: what every statement means by an order, or a cabinet in one, that is open.

An order is open until it is completed or cancelled; it is said this way, and not by the
other statuses, because the indexes of open orders are. A cabinet is open in its order
until its visit is recorded or its stop is skipped, which may be sooner.
"""

# Of an order `o`.
ORDER_IS_OPEN = "o.status <> 'completed' AND o.status <> 'cancelled'"
# Of a cabinet `oc` in its order.
CABINET_IS_OPEN = "oc.closed_at IS NULL"
