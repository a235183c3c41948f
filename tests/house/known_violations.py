"""What the house still breaks of its plan. Nothing is added here; each way out is a move.

A name that moves to where it belongs takes its lines away; the tests fail on a line that is
no longer true, and when there are none left they hold without exception.
"""

IMPORTS = {
    # The writing side of the audit log goes to records/trail.py: record(), begin_sealing(),
    # rotate_key().
    ("services/catalogue/product_service.py", "services/system/audit_service.py"),
    ("services/people/session_service.py", "services/system/audit_service.py"),
    ("services/people/user_service.py", "services/system/audit_service.py"),
    # What every noun asks of the settings goes to records/company.py: company(), time_zone(),
    # zones(), currency().
    ("services/people/session_service.py", "services/system/settings_service.py"),
    ("services/people/user_service.py", "services/system/settings_service.py"),
    # Keeping the figures of a device goes to services/books/figures.py; what shows them stays.
    ("services/books/book_checks.py", "services/fleet/metrics_service.py"),
    ("services/books/freshness.py", "services/fleet/metrics_service.py"),
    ("services/books/rebuild.py", "services/fleet/metrics_service.py"),
    # The words for clocks (COUNTERS, RECEIPT) go to domain/dex/ordering.py.
    ("services/books/intervals.py", "services/reads/dex_placing.py"),
    # needs.STOCK, the best known stock of a slot, goes to services/books/known_stock.py.
    ("services/fleet/product_slots.py", "services/orders/needs.py"),
    # The operation of a proposal belongs to the reads, and is bound by the name of its module.
    ("services/fleet/planogram_service.py", "services/reads/proposals.py"),
    # db.py gives AuditFiles, Head and Key along with Database.
    ("records/seals.py", "storage/audit_files.py"),
    ("services/people/known_devices.py", "storage/audit_files.py"),
    # Which operations a role has is asked of the contract; who is bound is given it.
    ("services/people/session_service.py", "contract/loading.py"),
    ("services/system/contract_service.py", "contract/loading.py"),
    # A page is a result (contract/results.py) that web/answers.py reads from the assets.
    ("services/system/contract_service.py", "web/assets.py"),
    # The engine says itself whether it can serve.
    ("services/system/health_service.py", "storage/engines/database_file.py"),
    ("services/system/health_service.py", "storage/migrate.py"),
    # The command gives the backup the head of the audit log, as it gives it `report`.
    ("storage/backup.py", "commands/audit_heads.py"),
    # The result SignedIn says for how many days its device is known.
    ("web/answers.py", "services/people/known_devices.py"),
    # app.py makes the Freshness of an engine, and gives it to the binder.
    ("web/binding.py", "services/books/freshness.py"),
    # cli.py gives the server the function that makes the application.
    ("server/serve.py", "app.py"),
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
