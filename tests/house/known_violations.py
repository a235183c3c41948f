"""What the house still breaks of its plan. Nothing is added here; each way out is a move.

A name that moves to where it belongs takes its lines away; the tests fail on a line that is
no longer true, and when there are none left they hold without exception.
"""

IMPORTS = {
    # Keeping the figures of a device goes to services/books/figures.py; what shows them stays.
    ("services/books/book_checks.py", "services/fleet/metrics_service.py"),
    ("services/books/freshness.py", "services/fleet/metrics_service.py"),
    ("services/books/rebuild.py", "services/fleet/metrics_service.py"),
}

# Tables with several areas that write them, and why they may.
TABLES = {
    "cabinets": (
        {"services/fleet", "services/system"},
        "a change of the currency makes the arrangements stale whose prices it changed",
    ),
    "device_metrics": (
        {"services/books", "services/fleet"},
        "until the figures are kept by services/books/figures.py",
    ),
    "devices": (
        {"services/fleet", "services/reads"},
        "a read tells the serial of its device, and which counters the books follow",
    ),
    "dex_reads": (
        {"services/books", "services/reads"},
        "a read carries what the books made of it",
    ),
    "products": (
        {"services/catalogue", "services/system"},
        "a change of the currency writes all prices in its decimals",
    ),
    "slots": (
        {"services/books", "services/fleet", "services/system"},
        "a slot carries its stock, which the books keep, and a price, as products do",
    ),
}
