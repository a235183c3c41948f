"""The shapes of the contract as types.

Generated from spec/ by scripts/generate_types.py; not edited by hand.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

AlertEmail: TypeAlias = Literal["none", "at_once", "digest"]
AlertKind: TypeAlias = Literal[
    "sold_out",
    "runs_out",
    "silent",
    "fault",
    "climate_or_door",
    "price_differs",
    "not_booked",
    "late_order",
    "damaged_read",
    "backup_old",
]
# Who is told; drivers of the machines on their own routes.
AlertRoles: TypeAlias = "list[Role]"
AlertScope: TypeAlias = Literal["all", "route", "location_kind", "device"]
AlertState: TypeAlias = Literal["open", "snoozed", "acknowledged", "resolved"]
# From where on somebody is told: minor units a day for sold_out and price_differs, hours for silent
# and backup_old, days for runs_out (where no visit is planned) and late_order, units for
# not_booked; 0 for the others.
AlertThreshold: TypeAlias = int
# Who is told whatever their role.
AlertUserIds: TypeAlias = "list[Id]"
Asset: TypeAlias = str
CabinetIds: TypeAlias = "list[Id]"
# Minor units of the operator's currency: 1, 1/100 or 1/1000 of it, as `currency_decimals` of the
# settings says.
Cents: TypeAlias = int
# A type of event that a webhook can be told of.
ChosenEvent: TypeAlias = Literal[
    "dex_read.booked",
    "dex_read.held",
    "service_order.created",
    "service_order.changed",
    "visit.recorded",
    "visit.reversed",
    "device.changed",
    "product.changed",
    "alert.opened",
    "alert.resolved",
]
# What it is told of. For a program only events that one of its scopes opens (`x-scopes` of each,
# under `webhooks`): with another one among them it is refused (403) to make a webhook or to change
# one but for switching it off, and it neither reads nor replays such deliveries.
ChosenEvents: TypeAlias = "list[ChosenEvent]"
# `clientDataJSON`, in base64url.
ClientData: TypeAlias = str
Count: TypeAlias = int
# In base64url.
CredentialId: TypeAlias = str
# ISO 4217.
Currency: TypeAlias = str
# How many decimals amounts have: 1 of the currency is 1, 100 or 1000 minor units.
CurrencyDecimals: TypeAlias = Literal[0, 2, 3]
Date: TypeAlias = str
# How many days before its day the order is made, with what the machines lack then.
DaysAhead: TypeAlias = int
# What became of each file of a batch.
DexBatchDays: TypeAlias = int
# The bytes of DEX reads that are in the books; null: for ever. Figures, the last read of each
# machine, and whatever waits for somebody stay.
DexContentDays: TypeAlias = int | None
DexReadStatus: TypeAlias = Literal["booked", "baseline", "damaged", "unassigned"]
DexSourceKind: TypeAlias = Literal["key", "inbox", "person", "console"]
# Since when the machine sold nothing; of a device alone. Not later than now.
DownSince: TypeAlias = str | None
Email: TypeAlias = str | None
# What is left by estimate: the stock at known_at less units_per_day for each day since. Null while
# quantity is as recent as it gets.
EstimatedQuantity: TypeAlias = int | None
# Slots whose units_per_day is an estimate. Days of inventory and units a day of the device rest on
# it there.
EstimatedSlots: TypeAlias = int
# Slots whose stock is an estimate, because the last fact is more than a day old. The figures of the
# device rest on it there.
EstimatedStock: TypeAlias = int
# The same each time it is sent, and to every webhook.
EventId: TypeAlias = str
EventType: TypeAlias = Literal[
    "dex_read.booked",
    "dex_read.held",
    "service_order.created",
    "service_order.changed",
    "visit.recorded",
    "visit.reversed",
    "device.changed",
    "product.changed",
    "alert.opened",
    "alert.resolved",
    "webhook.test",
]
EveryMinutes: TypeAlias = int
# Counted from the week of the first day.
EveryWeeks: TypeAlias = int
# A list that may be had as a spreadsheet, by its operationId.
Exported: TypeAlias = Literal[
    "sale_service.list_sales",
    "alert_service.list_alerts",
    "audit_service.list_audit_entries",
    "comparison_service.get_comparison",
    "count_difference_service.list_count_differences",
    "device_service.list_devices",
    "dex_read_service.list_dex_reads",
    "job_service.list_jobs",
    "location_service.list_locations",
    "product_overview_service.list_product_slots",
    "product_service.list_products",
    "route_service.list_routes",
    "service_order_service.list_service_orders",
    "ticket_service.list_tickets",
    "user_service.list_users",
]
# What a file belongs to.
FileNoun: TypeAlias = Literal["device", "product", "visit", "ticket"]
# What a file is of: a list, or everything.
Filed: TypeAlias = Literal[
    "alert_service.list_alerts",
    "archive_service.create_archive",
    "audit_service.list_audit_entries",
    "comparison_service.get_comparison",
    "count_difference_service.list_count_differences",
    "device_service.list_devices",
    "dex_read_service.list_dex_reads",
    "job_service.list_jobs",
    "location_service.list_locations",
    "product_overview_service.list_product_slots",
    "product_service.list_products",
    "route_service.list_routes",
    "sale_service.list_sales",
    "service_order_service.list_service_orders",
    "ticket_service.list_tickets",
    "user_service.list_users",
]
Fills: TypeAlias = "list[Fill]"
# planogram: a device with a product in a slot; person: a second one who may sign in; backup: one
# was made, or a place for them is set.
FirstStep: TypeAlias = Literal[
    "audit", "product", "location", "planogram", "route", "order", "visit", "person", "backup"
]
Id: TypeAlias = int
# Selections whose counters book no sales, sorted, each once. One that a slot with a product uses is
# refused.
IgnoredSelections: TypeAlias = "list[Selection]"
ImportKindName: TypeAlias = Literal["products", "locations", "devices", "slots", "sales", "users"]
ImportState: TypeAlias = Literal[
    "reading", "refused", "ready", "importing", "done", "taking_back", "taken_back"
]
ImportVerdict: TypeAlias = Literal["creates", "changes", "same", "repeated", "wrong"]
# Jobs that have ended.
JobDays: TypeAlias = int
JobKind: TypeAlias = str
JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
# Whether photos that are added from now on say where they were taken.
KeepsPhotoPlaces: TypeAlias = bool
KeptDays: TypeAlias = int
# When the slot was last counted, filled or reported; null while its quantity is unknown.
KnownAt: TypeAlias = str | None
LabelNoun: TypeAlias = Literal["device", "cabinet", "location"]
# The one rule for colours. A slot is low with a quarter of par or less, and where it lacks
# something and lasts less than two days. A device is as its worst slot.
LevelState: TypeAlias = Literal["unknown", "sold_out", "low", "ok"]
# What the machine calls by another name now, sorted by the new name; the books go on from the
# former one's counters.
LinkedSelections: TypeAlias = "list[LinkedSelection]"
# The page of a list.
ListName: TypeAlias = Literal[
    "alerts",
    "audit-log",
    "devices",
    "dex",
    "locations",
    "products",
    "routes",
    "service-orders",
    "tickets",
    "users",
]
# BCP 47.
Locale: TypeAlias = str
# What kind of place it is. Velocities are estimated from machines of the same type at the same kind
# of place.
LocationKind: TypeAlias = Literal[
    "workplace",
    "factory",
    "education",
    "healthcare",
    "leisure",
    "hotel",
    "transport",
    "retail",
    "residential",
    "public",
    "other",
]
# Margin that is lost a day, in minor units: units a day x (price - cost) of what is sold out, by
# estimate too. Null where no quantity is known.
LostCents: TypeAlias = int | None
# What would have been sold while known sold out: days out x velocity in stock of the 28 days before
# (domain/planning/lost.py).
LostUnits: TypeAlias = float | None
# Slots that lose money and whose product has no cost; the whole price counts there.
LostWithoutCost: TypeAlias = int
MassField: TypeAlias = Literal[
    "route",
    "location",
    "device_type",
    "archived",
    "price_cents",
    "category",
    "driver_id",
    "par_level",
    "capacity",
    "product",
    "arrangement",
]
MassNoun: TypeAlias = Literal["device", "product", "route", "slot"]
# What a row is or becomes, by `field`: a name, an amount in minor units, a number, an id, whether
# it is archived.
MassValue: TypeAlias = str | int | bool | None
Name: TypeAlias = str
NewPassword: TypeAlias = str
# Null on the last page.
NextCursor: TypeAlias = str | None
# Minor units, as in Cents.
NullableCents: TypeAlias = int | None
NullableCount: TypeAlias = int | None
NullableDate: TypeAlias = str | None
NullableId: TypeAlias = int | None
NullableImportKind: TypeAlias = (
    Literal["products", "locations", "devices", "slots", "sales", "users"] | None
)
NullableLocationKind: TypeAlias = (
    Literal[
        "workplace",
        "factory",
        "education",
        "healthcare",
        "leisure",
        "hotel",
        "transport",
        "retail",
        "residential",
        "public",
        "other",
    ]
    | None
)
NullableName: TypeAlias = str | None
NullableNumber: TypeAlias = float | None
# Of one unit, in minor units, as in Cents.
NullablePrice: TypeAlias = int | None
NullableQuantity: TypeAlias = int | None
NullableSelection: TypeAlias = str | None
NullableText: TypeAlias = str | None
NullableTime: TypeAlias = str | None
# In the operator's time zone; null: all day.
NullableTimeOfDay: TypeAlias = str | None
NullableVelocityBasis: TypeAlias = Literal["measured", "visits", "similar", "fleet"] | None
# Only the slots that hold this product.
OnlyProduct: TypeAlias = int
# To fill, slots are loaded up to par; to count or to repair, nothing is.
OrderPurpose: TypeAlias = Literal["fill", "count", "repair"]
PasskeyName: TypeAlias = str
# Of one unit, in minor units, as in Cents.
Price: TypeAlias = int
# What was done about prices that differ from the machine's; a slot that is not named stays as open
# as it was.
PriceAnswers: TypeAlias = "list[PriceAnswer]"
PriceOutcome: TypeAlias = Literal["done", "not_done"]
# Nobody there has the code or key to set prices; the machine did not take it; no time; another
# reason, which notes say.
PriceReason: TypeAlias = Literal["no_code", "refused", "no_time", "other"]
# 1 where it is left out.
PriceStep: TypeAlias = int
# Of sold_out_slots, those that are sold out by estimate only.
ProbablySoldOut: TypeAlias = int
Quantity: TypeAlias = int
# Files that could not be read as DEX; null: until there are too many.
QuarantinedFileDays: TypeAlias = int | None
Reason: TypeAlias = str
# The machines; without one, all that are on the route on the day.
RecurringDeviceIds: TypeAlias = "list[Id]"
# 1 is Monday, 15 is Monday and Friday.
RecurringWeekdays: TypeAlias = str
Role: TypeAlias = Literal["admin", "manager", "driver", "viewer"]
# What a key may do, as far as the role may: `fleet:read`, or `dex:push` to send DEX reads and
# nothing else. Each operation states those that open it as `x-scopes`.
Scope: TypeAlias = str
Selection: TypeAlias = str
Serial: TypeAlias = str | None
ServiceOrderStatus: TypeAlias = Literal["planned", "in_progress", "completed", "cancelled"]
SkipReason: TypeAlias = Literal["closed", "no_access", "out_of_order", "no_time", "other"]
# replace needs replacement_id (price_cents null keeps the slot's price), price needs price_cents.
SlotChangeKind: TypeAlias = Literal["replace", "sell_out", "refill", "price"]
# The oldest fact that an estimate of the stock starts from; null where none is an estimate.
StockKnownAt: TypeAlias = str | None
Text: TypeAlias = str
# Tickets that are done, with their photos and the outages that they tell of; null: for ever. Notes
# stay.
TicketDays: TypeAlias = int | None
TicketField: TypeAlias = Literal[
    "status", "kind", "text", "due_on", "assignee_name", "down_since", "up_since"
]
# A note is only to be known, a task is to be done; the others say that something is wrong.
TicketKind: TypeAlias = Literal["note", "task", "fault", "damage", "complaint", "other"]
# A note is noted.
TicketStatus: TypeAlias = Literal["noted", "open", "in_progress", "done"]
TicketText: TypeAlias = str
Time: TypeAlias = str
TimeOfDay: TypeAlias = str
# IANA name; an unknown one is refused.
TimeZone: TypeAlias = str
# When it sold again; null while it is down. Not before it was down, not later than now.
UpSince: TypeAlias = str | None
Username: TypeAlias = str
# What units_per_day rests on, the slot's own sales by its DEX reads, what visits found and filled,
# or the mean of its product on similar machines or in the fleet.
VelocityBasis: TypeAlias = Literal["measured", "visits", "similar", "fleet"]
# Sent back with a change; a stale one is a conflict.
Version: TypeAlias = int
# The columns that are shown, in their order; null: those that the list has by itself.
ViewColumns: TypeAlias = "list[str] | None"
ViewName: TypeAlias = str
# What the address of the list says, by name: words, filters, order.
ViewParams: TypeAlias = dict[str, str]
# Whether everybody who may open the list has it. An administrator or a manager shares views, and
# changes those that are shared.
ViewShared: TypeAlias = bool
# Deliveries of webhooks, from when it happened; also what a paused webhook could not send for so
# long.
WebhookDeliveryDays: TypeAlias = int
WebhookDeliveryState: TypeAlias = Literal["waiting", "delivered", "failed"]
# What it is for.
WebhookDescription: TypeAlias = str
# What it may see: `references` are ids, states and times; `full` adds names, amounts and texts.
WebhookDetail: TypeAlias = Literal["references", "full"]
# `retrying`: the last try failed and the next is due at `next_at`. `paused`: it failed for three
# days; events wait. `disabled`: switched off, by a person or because the receiver answered 410.
WebhookState: TypeAlias = Literal["active", "retrying", "paused", "disabled"]
# Where deliveries are sent: http or https, without a name and password in it.
WebhookUrl: TypeAlias = str
# When mails are sent: 1 is Monday, 12345 the working days.
Weekdays: TypeAlias = str


class AcceptancePreview(TypedDict):
    status: str
    units: Cents
    amount_cents: Cents
    since: NullableTime
    selections: list[AcceptancePreviewSelection]
    slots: list[AcceptancePreviewSlot]


class AcceptancePreviewSelection(TypedDict):
    selection: str
    product_name: str | None
    units: NullableCents
    amount_cents: NullableCents


class AcceptancePreviewSlot(TypedDict):
    label: str
    selection: str | None
    product_name: str | None
    before: NullableQuantity
    after: NullableQuantity


class Alert(TypedDict):
    id: Id
    kind: AlertKind
    state: AlertState
    detail: str
    since: NullableTime
    lost_cents_per_day: NullableCents
    noun: Literal["backup", "device", "dex_read", "service_order"]
    noun_id: Id
    device_id: NullableId
    asset: str | None
    device_name: str | None
    location_name: str | None
    alert_rule_id: Id
    rule_name: str
    opened_at: Time
    resolved_at: NullableTime
    snoozed_until: NullableTime
    acknowledged_at: NullableTime
    acknowledged_by_name: str | None
    assigned_to: NullableId
    assigned_to_name: str | None
    version: Version


class AlertEvent(TypedDict):
    alert_id: Id
    device_id: NullableId
    kind: str
    opened_at: Time
    resolved_at: NullableTime
    sentence: NotRequired[str]
    lost_cents_per_day: NotRequired[int | None]


class AlertList(TypedDict):
    items: list[Alert]
    next_cursor: NextCursor
    total: NotRequired[Total]


class AlertRule(TypedDict):
    id: Id
    name: Name
    kind: AlertKind
    unit: Literal["money", "hours", "days", "units", "none"]
    threshold: AlertThreshold
    scope: AlertScope
    scope_id: NullableId
    scope_name: str | None
    location_kind: NullableLocationKind
    roles: AlertRoles
    user_ids: AlertUserIds
    user_names: list[str]
    weekdays: Weekdays
    from_time: NullableTimeOfDay
    until_time: NullableTimeOfDay
    email: AlertEmail
    switched_on: bool
    archived_at: NullableTime
    version: Version


class AlertRuleList(TypedDict):
    items: list[AlertRule]
    next_cursor: NextCursor
    total: NotRequired[Total]


class AlertRulePreview(TypedDict):
    alerts: Count
    more: bool
    lost_cents_per_day: Cents


class AlertSummary(TypedDict):
    open: Count
    more: bool
    lost_cents_per_day: Cents
    failed: list[FailedLook]


class ApiKey(TypedDict):
    id: Id
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    last_used_at: NullableTime
    last_address: str


class ApiKeyList(TypedDict):
    items: list[ApiKey]


class ArchivedChange(TypedDict):
    """Devices are archived by administrators alone, as one by one."""

    kind: Literal["device_archived", "product_archived"]
    archived: bool


class Assertion(TypedDict):
    """What a device signed: the answer of `navigator.credentials.get`, in base64url."""

    credential_id: CredentialId
    client_data: ClientData
    authenticator_data: str
    signature: str
    user_handle: NotRequired[str]


class AttentionDevices(TypedDict):
    count: Count
    more: bool
    items: list[AttentionDevicesItem]


class AttentionDevicesItem(TypedDict):
    device_id: Id
    asset: str
    name: str
    location_name: str | None
    route_id: NullableId
    open_service_order_id: int | None
    stock_known_at: StockKnownAt
    lost_cents_per_day: Count
    detail: str
    since: NullableTime


class AttentionTickets(TypedDict):
    count: Count
    more: bool
    items: list[Ticket]


class AuditEntry(TypedDict):
    id: Id
    occurred_at: Time
    user_id: NullableId
    username: str
    action: str
    noun: str
    noun_id: NullableId
    changes: list[AuditEntryChange]
    request_id: str


AuditEntryChange = TypedDict("AuditEntryChange", {"field": "str", "from": "Any", "to": "Any"})


class AuditEntryList(TypedDict):
    items: list[AuditEntry]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Availability(TypedDict):
    device_id: Id
    asset: str
    name: str
    location_name: str | None
    up_percent: float | None
    down_seconds: Count
    outages: list[AvailabilityOutage]


class AvailabilityOutage(TypedDict):
    down_since: Time
    up_since: NullableTime
    seconds: Count


class AvailabilityList(TypedDict):
    since: Time
    until: Time
    items: list[Availability]
    next_cursor: NextCursor


class Backup(TypedDict):
    name: str
    made_at: Time
    kind: Literal["daily", "increment"]
    bytes: Count


class BackupState(TypedDict):
    place: str | None
    encrypted: bool
    last_at: NullableTime
    problem: str | None


class Backups(TypedDict):
    state: BackupState
    items: list[Backup]


class BoardRow(TypedDict):
    device_id: Id
    asset: str
    name: str
    location_id: NullableId
    location_name: str | None
    cabinets: list[BoardRowCabinet]
    sold_out_slots: NullableCount
    probably_sold_out_slots: ProbablySoldOut
    estimated_stock_slots: EstimatedStock
    stock_known_at: StockKnownAt
    state: LevelState
    lost_cents_per_day: LostCents
    lost_without_cost_slots: LostWithoutCost
    low_slots: NullableCount
    unknown_slots: Count
    days_of_inventory: NullableNumber
    days_of_inventory_median: NullableNumber
    product_level_percent: NullableNumber
    units_to_par: NullableCount
    units_per_day: NullableNumber
    estimated_slots: EstimatedSlots
    last_read_at: NullableTime
    last_visit_at: NullableTime


class BoardRowCabinet(TypedDict):
    id: Id
    position: int
    units_to_par: Count
    unknown_slots: Count
    open_service_order_id: NullableId
    open_service_order_on: NullableDate


class BoardRowList(TypedDict):
    items: list[BoardRow]
    next_cursor: NextCursor


class BookChange(TypedDict):
    device_id: Id
    asset: str
    name: str
    units_before: int
    units_after: int
    amount_before_cents: Cents
    amount_after_cents: Cents
    held_before: int
    held_after: int
    changed_at: Time


class BookChangeList(TypedDict):
    items: list[BookChange]
    next_cursor: NextCursor
    left: int


class Cabinet(TypedDict):
    id: Id
    position: int
    cabinet_type_id: Id
    rows: int
    columns: int


class CabinetType(TypedDict):
    id: Id
    name: Name
    rows: int
    columns: int
    version: Version


class CabinetTypeList(TypedDict):
    items: list[CabinetType]
    next_cursor: NextCursor


class CalendarOrderList(TypedDict):
    items: list[CalendarOrderListItem]
    more: bool


class CalendarOrderListItem(TypedDict):
    day: Date
    order: ServiceOrderSummary


class ComparedMachine(TypedDict):
    device_id: Id
    asset: str
    name: str
    location_name: str | None
    location_kind: NullableLocationKind
    device_type_name: str
    archived_at: NullableTime
    days: float
    read_days: float
    is_enough: bool
    units: Count
    amount_cents: Cents
    lost_units: float
    lost_cents: Cents
    units_per_day: float | None
    cents_per_day: int | None
    sold_out_days: float
    slots: Count
    sold_out_percent: float | None
    visits: Count
    filled_units: Count
    units_per_visit: float | None
    up_percent: float | None
    down_seconds: Count
    missing: Count
    surplus: Count
    kind: MachineKind | None


class ComparedProduct(TypedDict):
    product_id: NullableId
    name: str | None
    sold: list[ComparedProductSoldItem]


class ComparedProductSoldItem(TypedDict):
    device_id: Id
    units: Count
    amount_cents: Cents
    share_percent: float | None
    lowest_price_cents: NullablePrice
    highest_price_cents: NullablePrice


class Comparison(TypedDict):
    machines: list[ComparedMachine]
    products: list[ComparedProduct]


class CountDifference(TypedDict):
    visit_id: Id
    device_id: Id
    asset: str
    device_name: str
    slot_id: Id
    label: str
    selection: str | None
    product_id: NullableId
    product_name: str | None
    service_order_id: Id
    username: str
    occurred_at: Time
    counted: int | None
    expected: int | None
    difference: int
    removed: int | None
    removed_reason: str | None
    added: int | None
    value_cents: int
    seen_at: NullableTime
    seen_by: str | None


class CountDifferenceList(TypedDict):
    items: list[CountDifference]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Credential(TypedDict):
    id: CredentialId
    transports: list[str]


class Dashboard(TypedDict):
    today: Date
    devices: Count
    attention: DashboardAttention
    orders: DashboardOrders
    sales: DashboardSales
    fill_levels: list[DashboardFillLevel]


class DashboardAttention(TypedDict):
    silent_sources: DashboardAttentionSilentSources
    webhooks: DashboardAttentionWebhooks
    failed_jobs: DashboardAttentionFailedJobs
    down_machines: AttentionTickets
    due_tickets: AttentionTickets
    sold_out: AttentionDevices
    running_out: AttentionDevices
    silent: AttentionDevices
    faults: AttentionDevices
    price_differences: AttentionDevices
    unbooked: AttentionDevices
    audits: DashboardAttentionAudits
    late_orders: DashboardAttentionLateOrders
    archived_products: DashboardAttentionArchivedProducts
    count_differences: DashboardAttentionCountDifferences


class DashboardAttentionSilentSources(TypedDict):
    """Sources that used to send DEX reads, and sent none for much longer than usual."""

    count: Count
    more: bool
    items: list[DashboardAttentionSilentSourcesItem]


class DashboardAttentionSilentSourcesItem(TypedDict):
    id: Id
    name: str
    kind: DexSourceKind
    last_seen_at: Time
    detail: str


class DashboardAttentionWebhooks(TypedDict):
    """Webhooks that were paused, or switched off by their receiver; none for who is no admin."""

    count: Count
    more: bool
    items: list[DashboardAttentionWebhooksItem]


class DashboardAttentionWebhooksItem(TypedDict):
    id: Id
    url: str
    description: str
    problem: str
    since: NullableTime


class DashboardAttentionFailedJobs(TypedDict):
    """Jobs that failed and were not put away; none for who is no admin."""

    count: Count
    more: bool
    items: list[Job]


class DashboardAttentionAudits(TypedDict):
    count: Count
    more: bool
    items: list[DexRead]


class DashboardAttentionLateOrders(TypedDict):
    count: Count
    more: bool
    items: list[ServiceOrderSummary]


class DashboardAttentionArchivedProducts(TypedDict):
    count: Count
    more: bool
    items: list[DashboardAttentionArchivedProductsItem]


class DashboardAttentionArchivedProductsItem(TypedDict):
    product_id: Id
    name: str
    slots: Count
    machines: Count
    archived_at: Time


class DashboardAttentionCountDifferences(TypedDict):
    count: Count
    more: bool
    items: list[DashboardAttentionCountDifferencesItem]


class DashboardAttentionCountDifferencesItem(TypedDict):
    visit_id: Id
    service_order_id: Id
    username: str
    device_id: Id
    asset: str
    device_name: str
    location_name: str | None
    occurred_at: Time
    slots: Count
    missing: Count
    surplus: Count


class DashboardOrders(TypedDict):
    """
    Of today and without a day: those that are open, and those completed (without a day:
    completed today).
    """

    count: Count
    completed: Count
    more: bool
    items: list[ServiceOrderSummary]


class DashboardSales(TypedDict):
    days: list[DayFigure]
    previous: list[DayFigure]
    total: DashboardSalesTotal
    previous_total: DashboardSalesPreviousTotal


class DashboardSalesTotal(TypedDict):
    units: int
    amount_cents: int


class DashboardSalesPreviousTotal(TypedDict):
    units: int
    amount_cents: int


class DashboardFillLevel(TypedDict):
    from_percent: int
    to_percent: int
    devices: Count


class DayFigure(TypedDict):
    date: Date
    units: Cents
    amount_cents: Cents


class Device(TypedDict):
    id: Id
    asset: str
    name: str
    device_type_id: Id
    location_id: NullableId
    location_name: str | None
    route_id: NullableId
    route_name: str | None
    serial: str | None
    cabinets: list[Cabinet]
    ignored_selections: IgnoredSelections
    linked_selections: LinkedSelections
    unbooked_units: int
    unbooked_cents: int
    sold_out_slots: NullableCount
    probably_sold_out_slots: ProbablySoldOut
    estimated_stock_slots: EstimatedStock
    stock_known_at: StockKnownAt
    state: LevelState
    lost_cents_per_day: LostCents
    lost_without_cost_slots: LostWithoutCost
    product_level_percent: NullableNumber
    days_of_inventory: NullableNumber
    estimated_slots: EstimatedSlots
    last_read_at: NullableTime
    archived_at: NullableTime
    version: Version


class DeviceEvent(TypedDict):
    device_id: Id
    location_id: NullableId
    route_id: NullableId
    device_type_id: NullableId
    archived_at: NullableTime
    version: Version
    asset: NotRequired[str]
    name: NotRequired[str]
    serial: NotRequired[str | None]
    location_name: NotRequired[str | None]
    route_name: NotRequired[str | None]


class DeviceHistory(TypedDict):
    items: list[DeviceHistoryItem]
    next_cursor: NextCursor


class DeviceHistoryItem(TypedDict):
    kind: Literal["visit", "faults", "ticket", "move"]
    at: Time
    id: Id
    service_order_id: NullableId
    username: str | None
    text: str
    status: str | None
    changes: list[DeviceHistoryItemChange]


DeviceHistoryItemChange = TypedDict(
    "DeviceHistoryItemChange",
    {"field": 'Literal["location", "route"]', "from": "str | None", "to": "str | None"},
)


class DeviceList(TypedDict):
    items: list[Device]
    next_cursor: NextCursor
    total: NotRequired[Total]


class DeviceLocationChange(TypedDict):
    kind: Literal["device_location"]
    location_id: NullableId


class DeviceMetrics(TypedDict):
    device_id: Id
    sold_out_slots: NullableCount
    probably_sold_out_slots: ProbablySoldOut
    estimated_stock_slots: EstimatedStock
    stock_known_at: StockKnownAt
    state: LevelState
    lost_cents_per_day: LostCents
    lost_without_cost_slots: LostWithoutCost
    low_slots: NullableCount
    unknown_slots: Count
    days_of_inventory: NullableNumber
    days_of_inventory_median: NullableNumber
    product_level_percent: NullableNumber
    units_to_par: NullableCount
    units_per_day: NullableNumber
    estimated_slots: EstimatedSlots
    last_read_at: NullableTime
    last_visit_at: NullableTime
    faults: list[Fault]
    price_differences: list[PriceDifference]
    slots: list[SlotMetrics]


class DeviceRouteChange(TypedDict):
    kind: Literal["device_route"]
    route_id: NullableId


class DeviceType(TypedDict):
    id: Id
    name: Name
    max_cabinets: int
    version: Version


class DeviceTypeChange(TypedDict):
    kind: Literal["device_type"]
    device_type_id: Id


class DeviceTypeList(TypedDict):
    items: list[DeviceType]
    next_cursor: NextCursor


class DexBatch(TypedDict):
    id: int | None
    job_id: NullableId
    filename: str
    created_at: Time
    files: Count
    left: int
    needs_a_look: int
    counts: DexBatchCounts
    items: NotRequired[list[DexBatchFile]]


class DexBatchCounts(TypedDict):
    booked: Count
    baseline: Count
    held: Count
    duplicate: Count
    damaged: Count
    unassigned: Count
    refused: Count


class DexBatchFile(TypedDict):
    number: int
    filename: str
    outcome: (
        Literal["booked", "baseline", "held", "duplicate", "damaged", "unassigned", "refused"]
        | None
    )
    note: str
    dex_read_id: NullableId


class DexBatchFileList(TypedDict):
    items: list[DexBatchFile]
    next_cursor: NextCursor


class DexRead(TypedDict):
    id: Id
    device_id: NullableId
    asset: str | None
    device_name: str | None
    status: DexReadStatus
    read_at: Time
    clock: Literal["id5", "ea3", "counters", "receipt"]
    received_at: Time
    last_seen_at: Time
    filename: str
    sha256: str
    crc: Literal["valid", "invalid", "absent", "not_kept"]
    serial: str | None
    reported_asset: str | None
    units: Count
    amount_cents: Cents
    held_reason: str | None
    accepted_at: NullableTime
    warnings: list[str]
    finding: Literal[
        "plain", "glitch", "wrap", "partly_anew", "epoch", "return", "reset", "unsolved"
    ]
    reconciliation: Reconciliation | None


class DexReadDetail(TypedDict):
    id: Id
    device_id: NullableId
    asset: str | None
    device_name: str | None
    status: DexReadStatus
    read_at: Time
    clock: Literal["id5", "ea3", "counters", "receipt"]
    received_at: Time
    last_seen_at: Time
    filename: str
    sha256: str
    crc: Literal["valid", "invalid", "absent", "not_kept"]
    serial: str | None
    reported_asset: str | None
    units: Count
    amount_cents: Cents
    held_reason: str | None
    accepted_at: NullableTime
    warnings: list[str]
    finding: Literal[
        "plain", "glitch", "wrap", "partly_anew", "epoch", "return", "reset", "unsolved"
    ]
    reconciliation: Reconciliation | None
    model: str | None
    has_content: bool
    others: int
    previous_read_id: NullableId
    previous_read_at: NullableTime
    selections: list[DexReadDetailSelection]
    events: list[DexReadDetailEvent]
    checks: list[DexReadDetailCheck]
    layout: Layout | None
    cash_box_cents: int | None
    records: list[DexReadDetailRecord]
    records_omitted: int


class DexReadDetailSelection(TypedDict):
    selection: str
    cabinet: int
    row: int | None
    column: int | None
    name: str | None
    price_cents: NullableCents
    count_init: NullableCents
    value_init_cents: NullableCents
    count_rst: NullableCents
    value_rst_cents: NullableCents
    units: int | None
    amount_cents: NullableCents
    product_id: NullableId
    product_name: str | None
    sold_out_at: str | None
    ignored: bool
    ignorable: bool


class DexReadDetailEvent(TypedDict):
    code: str
    meaning: str
    severity: Literal["fault", "warning", "info"]
    occurred_at: str | None
    active: bool | None
    count: int | None


class DexReadDetailCheck(TypedDict):
    name: str
    passed: bool | None
    expected: str | None
    actual: str | None
    meaning: str


class DexReadDetailRecord(TypedDict):
    line: int
    id: str
    raw: str
    fields: list[DexReadDetailRecordField]


class DexReadDetailRecordField(TypedDict):
    name: str
    value: str


class DexReadEvent(TypedDict):
    dex_read_id: Id
    device_id: NullableId
    outcome: Literal["booked", "baseline", "held", "damaged", "unassigned"]
    read_at: Time
    received_at: Time
    asset: NotRequired[str | None]
    serial: NotRequired[str | None]
    units: NotRequired[int | None]
    amount_cents: NotRequired[int | None]
    reason: NotRequired[str | None]


class DexReadList(TypedDict):
    items: list[DexRead]
    next_cursor: NextCursor
    total: NotRequired[Total]


class DexSource(TypedDict):
    id: Id
    kind: DexSourceKind
    name: str
    first_seen_at: Time
    last_seen_at: Time
    last_error: str | None
    last_error_at: NullableTime
    today: int
    week: int
    total: int
    known: int
    waiting: int
    refused: int
    silent_days: int | None


class DexSources(TypedDict):
    items: list[DexSource]
    inbox: DexSourcesInbox | None


class DexSourcesInbox(TypedDict):
    folder: str
    problem: str | None
    looked_at: Time


class EndedSessions(TypedDict):
    ended: int


class ExampleFleet(TypedDict):
    devices: Count


class Export(TypedDict):
    id: Id
    operation: Filed
    query: dict[str, str]
    name: str
    rows: Count
    bytes: NullableCount
    job_id: Id
    state: JobState
    address: str
    created_at: Time
    made_at: NullableTime
    goes_at: Time


class ExportList(TypedDict):
    items: list[Export]


class ExportPreview(TypedDict):
    rows: Count
    address: str | None


class FailedLook(TypedDict):
    noun: Literal["backup", "device", "dex_read", "service_order"]
    noun_id: Id
    name: str | None
    failed_at: Time


class Fault(TypedDict):
    code: str
    meaning: str


class File(TypedDict):
    id: Id
    noun: FileNoun
    noun_id: Id
    name: str
    media_type: Literal["image/jpeg", "image/png"]
    bytes: int
    width: int
    height: int
    username: str
    created_at: Time


class Files(TypedDict):
    items: list[File]


class Fill(TypedDict):
    slot_id: Id
    counted: NotRequired[int | None]
    added: int
    removed: NotRequired[int]
    removed_reason: NotRequired[str | None]
    confirmed: NotRequired[bool]


class FirstSteps(TypedDict):
    hidden: bool
    steps: list[FirstStepsStep]


class FirstStepsStep(TypedDict):
    step: FirstStep
    done: bool
    noun_id: int | None


class FirstStepsHidden(TypedDict):
    hidden: bool


class Health(TypedDict):
    status: Literal["ok"]


class Import(TypedDict):
    id: Id
    filename: str
    state: ImportState
    problem: str | None
    kind: NullableImportKind
    headers: list[str]
    columns: dict[str, str]
    header_row: NullableCount
    encoding: str | None
    delimiter: str | None
    decimal_sign: str | None
    date_order: Literal["day", "month"] | None
    sheet: str | None
    sheets: list[str]
    is_remembered: bool
    counts: ImportCounts
    nouns: dict[str, Count]
    row_count: Count
    job_id: NullableId
    created_at: Time
    ended_at: NullableTime
    username: str
    version: Version


class ImportCounts(TypedDict):
    creates: Count
    changes: Count
    same: Count
    repeated: Count
    wrong: Count


class ImportField(TypedDict):
    name: str
    label: str
    needed: bool


class ImportKind(TypedDict):
    name: ImportKindName
    title: str
    fields: list[ImportField]


class ImportKindList(TypedDict):
    items: list[ImportKind]


class ImportList(TypedDict):
    items: list[Import]
    next_cursor: NextCursor


class ImportRow(TypedDict):
    id: Id
    line: int
    cells: list[str | float]
    verdict: ImportVerdict
    says: list[str]


class ImportRowList(TypedDict):
    items: list[ImportRow]
    next_cursor: NextCursor


class ImportSales(TypedDict):
    counted: ImportSums
    held: ImportSums


class ImportSums(TypedDict):
    devices: Count
    first_on: NullableDate
    last_on: NullableDate
    units: Count
    amount_cents: Cents


class Job(TypedDict):
    id: Id
    kind: JobKind
    title: str
    state: JobState
    done: Count
    total: NullableCount
    sentence: str
    attempts: Count
    most_attempts: Count
    run_after: Time
    result: dict[str, Any] | None
    problem: JobProblem | None
    link: str | None
    user_id: NullableId
    username: str | None
    schedule_id: NullableId
    cancel_asked_at: NullableTime
    created_at: Time
    started_at: NullableTime
    ended_at: NullableTime


class JobProblem(TypedDict):
    title: str
    detail: str


class JobList(TypedDict):
    items: list[Job]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Jwks(TypedDict):
    keys: list[JwksKey]


class JwksKey(TypedDict):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class Label(TypedDict):
    noun: LabelNoun
    noun_id: Id
    title: str
    lines: list[str]
    url: str
    modules: list[str]


class LabelList(TypedDict):
    items: list[Label]
    next_cursor: NextCursor
    total: NotRequired[Total]
    address: str
    is_only_here: bool


class LastPriceAnswer(TypedDict):
    visit_id: Id
    username: str
    answered_at: Time
    outcome: PriceOutcome
    reason: PriceReason | None
    notes: str


class Layout(TypedDict):
    pattern: Literal["letters", "tens", "blocks", "hundreds", "sequence"]
    rows: int
    columns: int
    confidence: float


class LinkedSelection(TypedDict):
    selection: Selection
    formerly: Selection


class ListLayout(TypedDict):
    list_name: ListName
    columns: ViewColumns
    default_view_id: NullableId
    views: list[SavedView]


class Location(TypedDict):
    id: Id
    name: Name
    kind: NullableLocationKind
    address: str
    latitude: float | None
    longitude: float | None
    notes: Text
    archived_at: NullableTime
    version: Version


class LocationList(TypedDict):
    items: list[Location]
    next_cursor: NextCursor
    total: NotRequired[Total]


class MachineKind(TypedDict):
    """
    The mean of up to 200 other machines in use whose intervals span 14 days at least, the
    newest of them.
    """

    basis: Literal["type_and_location", "type"]
    machines: Count
    units_per_day: float
    cents_per_day: Cents
    lost_cents_per_day: int | None
    units_percent: float | None
    cents_percent: float | None


class MailServer(TypedDict):
    host: str | None
    mail_from: str | None
    to: str | None


class MapOrder(TypedDict):
    id: Id
    route_id: NullableId
    route_name: str | None
    driver_id: NullableId
    driver_name: str | None
    status: ServiceOrderStatus
    scheduled_on: NullableDate
    units: Count
    device_ids: list[Id]
    done_device_ids: list[Id]


class MapOrderList(TypedDict):
    items: list[MapOrder]
    more: bool


class MapPoints(TypedDict):
    locations: MapPointsLocations
    devices: MapPointsDevices


class MapPointsLocations(TypedDict):
    """Those where a machine stands that the answer tells of, by name."""

    id: list[Id]
    name: list[Name]
    latitude: list[float | None]
    longitude: list[float | None]


class MapPointsDevices(TypedDict):
    """The machines in use, worst first as on the route board."""

    id: list[Id]
    asset: list[str]
    name: list[str]
    location_id: list[NullableId]
    route_id: list[NullableId]
    state: list[LevelState]
    estimated_stock_slots: list[EstimatedStock]


class MassChange(TypedDict):
    id: Id
    noun: MassNoun
    kind: str
    field: MassField
    target: str | None
    changed_rows: Count
    user_id: NullableId
    username: str
    changed_at: Time
    undone_at: NullableTime
    undo_until: Time


class MassChangeList(TypedDict):
    items: list[MassChange]
    next_cursor: NextCursor
    total: NotRequired[Total]


class MassChangePartList(TypedDict):
    items: list[MassPart]
    next_cursor: NextCursor


class MassChangePreview(TypedDict):
    noun: MassNoun
    field: MassField
    selected: Count
    changed: Count
    unchanged: Count
    refused: Count
    sentences: list[str]
    refusals: list[MassChangePreviewRefusal]
    parts: list[MassPart]
    digest: str


class MassChangePreviewRefusal(TypedDict):
    reason: str
    count: Count
    names: list[str]


class MassFilter(TypedDict):
    """The filters of the list by their names; one that the list does not have is refused."""

    q: NotRequired[str]
    archived: NotRequired[bool]
    route_id: NotRequired[Id]
    location_id: NotRequired[Id]
    product_id: NotRequired[Id]
    category: NotRequired[str]
    driver_id: NotRequired[Id]


class MassFiltered(TypedDict):
    filter: MassFilter


class MassIds(TypedDict):
    ids: list[Id]


MassPart = TypedDict(
    "MassPart", {"id": "Id", "name": "str", "from": "MassValue", "to": "MassValue"}
)


class Me(TypedDict):
    id: Id
    username: Username
    display_name: Name
    email: NullableName
    role: Role
    disabled_at: NullableTime
    erased_at: NullableTime
    version: Version
    password_change_due: bool
    api_keys: int
    second_factor: bool
    authenticator_app: bool
    passkeys: int
    linked_at: NullableTime
    second_factor_due: bool
    operations: list[str]


class NewApiKey(TypedDict):
    id: Id
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    last_used_at: NullableTime
    last_address: str
    key: str


class NewPasskey(TypedDict):
    passkey: Passkey
    recovery_codes: list[str]


class Passkey(TypedDict):
    id: Id
    name: str
    rp_id: str
    created_at: Time
    last_used_at: NullableTime
    version: Version


class PasskeyList(TypedDict):
    items: list[Passkey]


class PasskeyOffer(TypedDict):
    origin: str
    problem: str | None
    in_use: bool


class PastCount(TypedDict):
    setting: Literal[
        "dex_content_days",
        "quarantined_file_days",
        "dex_batch_days",
        "job_days",
        "ticket_days",
        "webhook_delivery_days",
    ]
    count: Count
    more: bool


class PickList(TypedDict):
    service_order_id: Id
    route_name: str | None
    driver_name: str | None
    scheduled_on: NullableDate
    purpose: OrderPurpose
    items: list[PickListItem]
    units: Count
    unknown_cabinets: list[PickListUnknownCabinet]


class PickListUnknownCabinet(TypedDict):
    cabinet_id: Id
    asset: str
    position: int
    unknown_slots: Count
    units_at_most: int


class PickListItem(TypedDict):
    product_id: Id
    name: str
    category: str
    quantity: Count
    estimated_units: int
    case_size: int
    archived_at: NullableTime


class PlannedChange(TypedDict):
    id: Id
    kind: Literal["product_price", "slot_price", "slot_product"]
    change: PlannableChange
    selected_rows: int
    target: str | None
    from_on: Date
    user_id: NullableId
    username: str
    planned_at: Time
    state: Literal["planned", "done", "failed", "cancelled"]
    ended_at: NullableTime
    mass_change_id: NullableId
    problem: str | None


class PlannedChangeList(TypedDict):
    items: list[PlannedChange]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Planogram(TypedDict):
    cabinet_id: Id
    device_id: Id
    rows: int
    columns: int
    version: Version
    slots: list[Slot]


class PlanogramChange(TypedDict):
    id: Id
    slot_id: Id
    label: str
    user_id: NullableId
    username: str
    changed_at: Time
    changes: list[PlanogramChangeChange]


PlanogramChangeChange = TypedDict(
    "PlanogramChangeChange", {"field": "str", "from": "str | int | None", "to": "str | int | None"}
)


class PlanogramChangeList(TypedDict):
    items: list[PlanogramChange]
    next_cursor: NextCursor


class PlanogramProposal(TypedDict):
    cabinet_id: Id
    dex_read_id: Id
    layout: Layout
    slots: list[PlanogramProposalSlot]
    unplaced: list[str]


class PlanogramProposalSlot(TypedDict):
    slot_id: Id
    label: str
    selection: str
    price_cents: NullablePrice
    product_id: NullableId
    product_name: str | None
    capacity: NullableQuantity
    par_level: NullableQuantity
    guessed: list[str]


class PriceAdded(TypedDict):
    add_cents: int
    step_cents: NotRequired[PriceStep]


class PriceAnswer(TypedDict):
    slot_id: Id
    price_cents: Price
    outcome: PriceOutcome
    reason: NotRequired[PriceReason]
    notes: NotRequired[str]


class PriceDifference(TypedDict):
    """
    A slot of which the machine asks another price, at its last DEX read, than CVD wants. It
    is gone with the first one that reports the wanted price.
    """

    cabinet_id: Id
    slot_id: Id
    selection: str
    label: str
    product_id: Id
    product_name: str
    price_cents: Price
    machine_price_cents: Price
    read_at: Time
    lost_cents_per_day: int | None
    answer: LastPriceAnswer | None
    is_to_do: bool


class PriceScaled(TypedDict):
    percent: float
    step_cents: NotRequired[PriceStep]


class PriceSet(TypedDict):
    set_cents: Price


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    request_id: str
    trace_id: NotRequired[str]
    errors: NotRequired[list[ProblemError]]
    current: NotRequired[dict[str, Any]]
    passkeys: NotRequired[list[Credential]]
    authenticator_app: NotRequired[bool]


class ProblemError(TypedDict):
    pointer: str
    message: str
    may_confirm: NotRequired[bool]


class Product(TypedDict):
    id: Id
    sku: str | None
    name: Name
    category: str
    price_cents: Price
    cost_cents: NullablePrice
    case_size: int
    archived_at: NullableTime
    version: Version


class ProductCategoryChange(TypedDict):
    kind: Literal["product_category"]
    category: str


class ProductEvent(TypedDict):
    product_id: Id
    archived_at: NullableTime
    version: Version
    sku: NotRequired[str | None]
    name: NotRequired[str]
    category: NotRequired[str]
    price_cents: NotRequired[int]
    cost_cents: NotRequired[int | None]
    case_size: NotRequired[int]


class ProductList(TypedDict):
    items: list[Product]
    next_cursor: NextCursor
    total: NotRequired[Total]


class ProductOverview(TypedDict):
    product: Product
    machines: Count
    slots: Count
    units: int
    par_level: int
    unknown_slots: Count
    sold_out_slots: Count
    selling_out_slots: int
    units_per_day: NullableNumber
    days_of_inventory: float | None
    estimated_slots: int
    off_list_slots: int
    off_machine_slots: int
    sales: ProductOverviewSales | None


class ProductOverviewSales(TypedDict):
    """Null for who sees no sales."""

    days: list[DayFigure]
    total: ProductSold
    previous_from: Date
    previous_to: Date
    previous_total: ProductSold


class ProductPriceChange(TypedDict):
    """The list price. Slots that have a price of their own keep it."""

    kind: Literal["product_price"]
    price: Repricing


class ProductSlot(TypedDict):
    slot_id: Id
    cabinet_id: Id
    cabinet_position: int
    device_id: Id
    asset: str
    device_name: str
    location_name: str | None
    label: str
    selection: str | None
    capacity: Quantity
    par_level: Quantity
    quantity: NullableQuantity
    estimated_quantity: EstimatedQuantity
    known_at: KnownAt
    price_cents: NullablePrice
    machine_price_cents: NullablePrice
    units_per_day: NullableNumber
    units_per_day_basis: NullableVelocityBasis
    days_of_inventory: NullableNumber
    sells_out_at: NullableTime


class ProductSlotChange(TypedDict):
    id: Id
    product_id: Id
    device_id: Id
    kind: SlotChangeKind
    slots: list[Id]
    username: str
    changed_at: Time
    undone_at: NullableTime
    skipped: list[SlotChangeItem]


class ProductSlotList(TypedDict):
    items: list[ProductSlot]
    next_cursor: NextCursor
    total: NotRequired[Total]


class ProductSold(TypedDict):
    units: Cents
    amount_cents: Cents


class Provider(TypedDict):
    name: str | None
    problem: str | None


class QuarantinedFile(TypedDict):
    id: Id
    filename: str
    received_at: Time
    size: int
    sha256: str
    line: int
    reason: str


class QuarantinedFileList(TypedDict):
    items: list[QuarantinedFile]
    next_cursor: NextCursor


class Readiness(TypedDict):
    status: Literal["ok"]
    checking: bool


class Reconciliation(TypedDict):
    """
    What its selections counted since the read before, against the machine's own total; null
    for a baseline.
    """

    booked_units: Count
    booked_cents: Cents
    counted_units: int
    counted_cents: Cents
    machine_units: int | None
    machine_cents: NullableCents
    payments_cents: int | None
    difference_units: int | None
    usual_share: float | None
    unbooked_units: int
    unbooked_cents: int
    sentence: str
    renamed: list[ReconciliationRenamedItem]


class ReconciliationRenamedItem(TypedDict):
    formerly: str
    selection: str
    units: Count


class RecurringDay(TypedDict):
    recurring_visit_id: Id
    name: Name
    day: Date
    on: Date
    state: Literal["planned", "left_out", "missed"]
    route_id: NullableId
    route_name: NullableName
    driver_id: NullableId
    driver_name: str | None
    problem: NullableText


class RecurringDayList(TypedDict):
    items: list[RecurringDay]
    more: bool


class RecurringVisit(TypedDict):
    id: Id
    name: Name
    route_id: NullableId
    route_name: NullableName
    devices: list[RecurringVisitDevice]
    driver_id: NullableId
    driver_name: str | None
    purpose: OrderPurpose
    notes: Text
    starts_on: Date
    ends_on: NullableDate
    every_weeks: EveryWeeks
    weekdays: RecurringWeekdays
    days_ahead: DaysAhead
    next_on: NullableDate
    archived_at: NullableTime
    version: Version


class RecurringVisitDevice(TypedDict):
    id: Id
    asset: str
    name: str


class RecurringVisitList(TypedDict):
    items: list[RecurringVisit]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Retention(TypedDict):
    dex_content_days: DexContentDays
    quarantined_file_days: QuarantinedFileDays
    dex_batch_days: DexBatchDays
    job_days: JobDays
    webhook_delivery_days: WebhookDeliveryDays
    ticket_days: TicketDays
    keeps_photo_places: KeepsPhotoPlaces
    version: Version


class Route(TypedDict):
    id: Id
    name: Name
    driver_id: NullableId
    driver_name: NullableName
    devices: Count
    archived_at: NullableTime
    version: Version


class RouteDriverChange(TypedDict):
    kind: Literal["route_driver"]
    driver_id: NullableId


class RouteList(TypedDict):
    items: list[Route]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Sales(TypedDict):
    items: list[SalesItem]
    next_cursor: NextCursor
    total: SalesTotal


class SalesItem(TypedDict):
    key: str
    label: str
    units: NullableCents
    amount_cents: NullableCents
    lost_units: LostUnits
    lost_cents: NullableCents
    sku: NotRequired[str | None]
    cost_cents: NotRequired[int | None]
    margin_cents: NotRequired[int | None]
    read: NotRequired[bool]
    days: NotRequired[float]


class SalesTotal(TypedDict):
    units: Cents
    amount_cents: Cents
    lost_units: float
    lost_cents: Cents


class SalesCoverage(TypedDict):
    devices: int
    not_read: int
    days: float
    opened_at: NullableTime


class SavedView(TypedDict):
    id: Id
    list_name: ListName
    name: ViewName
    params: dict[str, str]
    columns: ViewColumns
    shared: ViewShared
    mine: bool
    owner_name: str
    may_change: bool
    pinned: bool
    version: Version


class SavedViewList(TypedDict):
    items: list[SavedView]


class Schedule(TypedDict):
    id: Id
    kind: JobKind
    title: str
    daily_at: str | None
    every_minutes: int | None
    switched_on: bool
    next_at: NullableTime
    last_job_id: NullableId
    last_state: JobState | None
    last_started_at: NullableTime
    last_ended_at: NullableTime
    last_problem: str | None
    version: Version


class SearchHits(TypedDict):
    items: list[SearchHitsItem]


class SearchHitsItem(TypedDict):
    noun: Literal["device", "product", "location", "route", "user", "ticket", "service_order"]
    id: Id
    title: str
    name: str | None
    detail: str | None
    status: str | None
    scheduled_on: NullableDate
    edits: Count
    rank: Count


class SecondFactor(TypedDict):
    since: NullableTime
    recovery_codes_left: int


class ServiceOrder(TypedDict):
    id: Id
    route_id: NullableId
    route_name: str | None
    driver_id: NullableId
    driver_name: str | None
    status: ServiceOrderStatus
    purpose: OrderPurpose
    origin: Literal["planned", "unplanned"]
    scheduled_on: NullableDate
    notes: str
    units: Count
    created_at: Time
    cancelled_at: NullableTime
    cancellation_reason: str | None
    warnings: list[str]
    version: Version
    cabinets: list[ServiceOrderCabinet]


class ServiceOrderCabinet(TypedDict):
    cabinet_id: Id
    device_id: Id
    asset: str
    device_name: str
    location_name: str | None
    address: str | None
    location_notes: str | None
    latitude: float | None
    longitude: float | None
    position: int
    stale_at: NullableTime
    skip: Skip | None
    other_orders: list[ServiceOrderCabinetOtherOrder]
    visited_at: NullableTime
    items: list[ServiceOrderCabinetItem]
    price_differences: list[PriceDifference]
    visits: list[Visit]


class ServiceOrderCabinetOtherOrder(TypedDict):
    service_order_id: Id
    scheduled_on: NullableDate


class ServiceOrderCabinetItem(TypedDict):
    slot_id: Id
    label: str
    selection: str | None
    product_id: Id
    product_name: str
    product_archived_at: NullableTime
    quantity: Count
    known_at: str | None


class ServiceOrderEvent(TypedDict):
    service_order_id: Id
    status: Literal["planned", "in_progress", "completed", "cancelled"]
    route_id: NullableId
    driver_id: NullableId
    scheduled_on: NullableDate
    purpose: NotRequired[OrderPurpose]
    units: NotRequired[int]
    notes: NotRequired[str]
    cancellation_reason: NotRequired[str | None]


class ServiceOrderList(TypedDict):
    items: list[ServiceOrderSummary]
    next_cursor: NextCursor
    total: NotRequired[Total]


class ServiceOrderPreview(TypedDict):
    cabinets: list[ServiceOrderPreviewCabinet]
    pick_list: list[PickListItem]
    units: Count
    warnings: list[str]
    in_open_orders: list[ServiceOrderPreviewInOpenOrder]


class ServiceOrderPreviewCabinet(TypedDict):
    cabinet_id: Id
    items: list[ServiceOrderPreviewCabinetItem]
    unknown_slots: list[ServiceOrderPreviewCabinetUnknownSlot]


class ServiceOrderPreviewCabinetItem(TypedDict):
    slot_id: Id
    product_id: Id
    quantity: Count
    estimated_quantity: EstimatedQuantity
    known_at: str | None


class ServiceOrderPreviewCabinetUnknownSlot(TypedDict):
    slot_id: Id
    label: str
    product_id: Id
    par_level: Quantity


class ServiceOrderPreviewInOpenOrder(TypedDict):
    cabinet_id: Id
    asset: str
    position: int
    service_order_id: Id
    scheduled_on: NullableDate


class ServiceOrderSummary(TypedDict):
    id: Id
    route_id: NullableId
    route_name: str | None
    driver_id: NullableId
    driver_name: str | None
    status: ServiceOrderStatus
    purpose: OrderPurpose
    origin: Literal["planned", "unplanned"]
    scheduled_on: NullableDate
    notes: str
    units: Count
    created_at: Time
    cabinets: Count
    cabinets_visited: Count
    cabinets_skipped: Count
    version: Version


class Session(TypedDict):
    id: Id
    device: str
    address: str
    opened_at: Time
    last_used_at: Time
    is_this: bool


class SessionList(TypedDict):
    items: list[Session]


class Settings(TypedDict):
    company: str
    currency: Currency
    currency_decimals: CurrencyDecimals
    time_zone: TimeZone
    locale: Locale
    version: Version


class SetupState(TypedDict):
    needed: bool
    defaults: SetupStateDefaults | None


class SetupStateDefaults(TypedDict):
    company: str
    currency: str
    time_zone: str
    locale: str
    stated: list[Literal["company", "currency", "time_zone", "locale"]]
    time_zones: list[str]
    example_available: bool


class Shrinkage(TypedDict):
    items: list[ShrinkageItem]
    total: Shrunk


class ShrinkageItem(TypedDict):
    noun_id: NullableId
    label: str | None
    missing: Count
    surplus: Count
    value_cents: int


class Shrunk(TypedDict):
    missing: Count
    surplus: Count
    value_cents: int


class SignInRules(TypedDict):
    second_factor_roles: list[Role]
    version: Version


class SizeScaled(TypedDict):
    scale_percent: float


class SizeSet(TypedDict):
    set: int


class Skip(TypedDict):
    id: Id
    username: str
    reason: SkipReason
    notes: str
    skipped_at: Time


class Slot(TypedDict):
    id: Id
    row: int
    column: int
    label: str
    selection: str | None
    product_id: NullableId
    product_name: str | None
    product_archived_at: NullableTime
    sells_out_at: str | None
    capacity: Quantity
    par_level: Quantity
    price_cents: NullablePrice
    quantity: NullableQuantity
    estimated_quantity: EstimatedQuantity
    known_at: KnownAt
    state: Literal["unknown", "sold_out", "low", "ok"] | None
    lost_cents_per_day: Count
    units_per_day: NullableNumber
    units_per_day_basis: NullableVelocityBasis
    list_price_cents: int | None
    machine_price_cents: NullablePrice
    reported_as: str | None


class SlotCapacityChange(TypedDict):
    kind: Literal["slot_capacity"]
    amount: Resizing
    scales_par: NotRequired[bool]
    product_id: NotRequired[OnlyProduct]


class SlotChange(TypedDict):
    id: Id
    label: NotRequired[str]
    selection: NotRequired[NullableSelection]
    product_id: NotRequired[NullableId]
    capacity: NotRequired[int]
    par_level: NotRequired[int]
    price_cents: NotRequired[NullablePrice]
    quantity: NotRequired[int]
    sells_out: NotRequired[bool]


class SlotChangeItem(TypedDict):
    slot_id: Id
    device_id: Id
    asset: str
    label: str
    selection: str | None
    quantity: NullableQuantity
    price_cents: NullablePrice
    new_price_cents: NullablePrice
    refused: str | None


class SlotChangePreview(TypedDict):
    machines: Count
    slots: int
    units_inside: int
    unknown_slots: Count
    open_orders: int
    items: list[SlotChangeItem]


class SlotLayoutChange(TypedDict):
    """
    The slots become as those of one device: product, price, capacity and par level. Cabinets
    of another size are left alone.
    """

    kind: Literal["slot_layout"]
    device_id: Id


class SlotMetrics(TypedDict):
    slot_id: Id
    cabinet_id: Id
    label: str
    selection: str | None
    product_id: NullableId
    product_name: str | None
    product_archived_at: NullableTime
    sells_out_at: str | None
    capacity: Quantity
    par_level: Quantity
    quantity: NullableQuantity
    units_per_day: NullableNumber
    units_per_day_basis: NullableVelocityBasis
    days_of_inventory: NullableNumber
    state: LevelState
    sold_out: bool
    lost_cents_per_day: Count
    lost_without_cost: bool
    estimated_quantity: EstimatedQuantity
    known_at: KnownAt
    units_to_par: NullableCount


class SlotParChange(TypedDict):
    """Par never exceeds what fits, and stays at least 1 where it was."""

    kind: Literal["slot_par"]
    amount: Resizing
    product_id: NotRequired[OnlyProduct]


class SlotPriceChange(TypedDict):
    kind: Literal["slot_price"]
    price: Repricing
    product_id: NotRequired[OnlyProduct]


class SlotProductChange(TypedDict):
    """Another product in the slots that hold one, from now on."""

    kind: Literal["slot_product"]
    product_id: Id
    replacement_id: Id
    price_cents: NotRequired[NullablePrice]


class StockMove(TypedDict):
    id: Id
    reason: Literal["sale", "fill", "removal", "count", "planogram", "reversal", "unexplained"]
    quantity: int
    balance: int
    occurred_at: Time
    recorded_at: Time
    product_id: NullableId
    source: StockMoveSource


class StockMoveSource(TypedDict):
    kind: Literal["dex_read", "planogram", "visit"]
    id: Id


class StockMoveList(TypedDict):
    items: list[StockMove]
    next_cursor: NextCursor


class Ticket(TypedDict):
    id: Id
    kind: TicketKind
    status: TicketStatus
    text: TicketText
    device_id: NullableId
    asset: str | None
    location_id: NullableId
    location_name: str | None
    service_order_id: NullableId
    due_on: NullableDate
    assignee_id: NullableId
    assignee_name: str | None
    down_since: NullableTime
    up_since: NullableTime
    code: str | None
    seen_count: Count
    first_seen_at: NullableTime
    last_seen_at: NullableTime
    over_at: NullableTime
    user_id: NullableId
    username: str | None
    created_at: Time
    done_at: NullableTime
    version: Version


class TicketAssignees(TypedDict):
    items: list[TicketAssigneesItem]


class TicketAssigneesItem(TypedDict):
    id: Id
    username: str
    display_name: str
    role: Literal["admin", "manager", "driver"]


class TicketEntry(TypedDict):
    id: Id
    ticket_id: Id
    text: str
    changes: list[TicketEntryChange]
    username: str
    created_at: Time


TicketEntryChange = TypedDict(
    "TicketEntryChange", {"field": "TicketField", "from": "str | None", "to": "str | None"}
)


class TicketEntryList(TypedDict):
    items: list[TicketEntry]
    next_cursor: NextCursor


class TicketList(TypedDict):
    items: list[Ticket]
    next_cursor: NextCursor
    total: NotRequired[Total]


class TokenFamily(TypedDict):
    id: Id
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    last_used_at: Time
    last_address: str


class TokenFamilyList(TypedDict):
    items: list[TokenFamily]


class Tokens(TypedDict):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_at: Time
    scopes: list[Scope]


class Total(TypedDict):
    """The rows of all pages, where that was asked for."""

    count: Count
    more: bool


class User(TypedDict):
    id: Id
    username: Username
    display_name: Name
    email: NullableName
    role: Role
    disabled_at: NullableTime
    erased_at: NullableTime
    version: Version
    password_change_due: bool
    api_keys: int
    second_factor: bool
    authenticator_app: bool
    passkeys: int
    linked_at: NullableTime


class UserList(TypedDict):
    items: list[User]
    next_cursor: NextCursor
    total: NotRequired[Total]


class Visit(TypedDict):
    id: Id
    service_order_id: Id
    service_order_status: ServiceOrderStatus
    cabinet_id: Id
    user_id: NullableId
    username: str
    notes: str
    started_at: NullableTime
    finished_at: Time
    recorded_at: Time
    reversed_at: NullableTime
    reversal_reason: str | None
    units_added: Count
    fills: list[VisitFill]
    price_answers: list[VisitPriceAnswer]


class VisitFill(TypedDict):
    slot_id: Id
    label: str
    selection: str | None
    product_id: NullableId
    product_name: str | None
    expected: int | None
    counted: NullableQuantity
    added: Quantity
    removed: Quantity
    removed_reason: str | None
    difference: int


class VisitPriceAnswer(TypedDict):
    slot_id: Id
    label: str
    selection: str | None
    price_cents: Price
    outcome: PriceOutcome
    reason: PriceReason | None
    notes: str


class VisitEvent(TypedDict):
    visit_id: Id
    service_order_id: Id
    device_id: Id
    cabinet_id: Id
    finished_at: Time
    reversed_at: NullableTime
    units_added: NotRequired[int]
    notes: NotRequired[str]
    reversal_reason: NotRequired[str | None]


class Webhook(TypedDict):
    id: Id
    url: WebhookUrl
    description: str
    events: list[ChosenEvent]
    detail: WebhookDetail
    state: WebhookState
    problem: str | None
    waiting: Count
    failed: Count
    next_at: NullableTime
    last_delivered_at: NullableTime
    secret_before_until: NullableTime
    created_at: Time
    version: Version


class WebhookDelivery(TypedDict):
    id: Id
    webhook_id: Id
    event_id: str
    type: EventType
    occurred_at: Time
    state: WebhookDeliveryState
    attempts: Count
    next_at: NullableTime
    last_at: NullableTime
    status: int | None
    duration_ms: NullableCount
    answer: str | None
    problem: str | None
    body: str


class WebhookDeliveryList(TypedDict):
    items: list[WebhookDelivery]
    next_cursor: NextCursor
    total: NotRequired[Total]


class WebhookEventType(TypedDict):
    type: EventType
    title: str
    description: str
    references: dict[str, Any]
    full: dict[str, Any]


class WebhookTestEvent(TypedDict):
    webhook_id: Id
    sentence: NotRequired[str]


class WebhookWithSecret(TypedDict):
    id: Id
    url: WebhookUrl
    description: str
    events: list[ChosenEvent]
    detail: WebhookDetail
    state: WebhookState
    problem: str | None
    waiting: Count
    failed: Count
    next_at: NullableTime
    last_delivered_at: NullableTime
    secret_before_until: NullableTime
    created_at: Time
    version: Version
    secret: str


class CreateDeviceCabinet(TypedDict):
    cabinet_type_id: Id


class CreateInstallationCabinet(TypedDict):
    rows: int
    columns: int
    slots: list[CreateInstallationCabinetSlot]


class CreateInstallationCabinetSlot(TypedDict):
    selection: Selection
    product_id: NotRequired[NullableId]
    product: NotRequired[CreateInstallationCabinetSlotProduct]
    capacity: int
    par_level: int
    price_cents: NotRequired[NullablePrice]
    row: NotRequired[int]
    column: NotRequired[int]


class CreateInstallationCabinetSlotProduct(TypedDict):
    name: Name
    price_cents: Price


class UpdateServiceOrderItem(TypedDict):
    slot_id: Id
    quantity: int


# The rows: by their ids, or all that a list finds by its own filters. Of a change of slots they are
# devices.
MassSelection: TypeAlias = MassIds | MassFiltered
# What becomes of the rows. `device_…` are of devices, `product_…` of products, `route_…` of routes,
# `slot_…` of the slots of devices that hold a product, `slot_layout` of all slots.
NamedMassChange: TypeAlias = (
    DeviceRouteChange
    | DeviceLocationChange
    | DeviceTypeChange
    | ArchivedChange
    | ProductPriceChange
    | ProductCategoryChange
    | RouteDriverChange
    | SlotPriceChange
    | SlotParChange
    | SlotCapacityChange
    | SlotProductChange
    | SlotLayoutChange
)
# What can be planned; prices, and another product in place of one.
PlannableChange: TypeAlias = ProductPriceChange | SlotPriceChange | SlotProductChange
# A price to set, an amount or percents to add. What is added to is the slot's own price, else the
# list price; the sum is rounded to a multiple of `step_cents`, a half up.
Repricing: TypeAlias = PriceSet | PriceAdded | PriceScaled
# A number of units, or percents of what it is (120 is a fifth more), a half up.
Resizing: TypeAlias = SizeSet | SizeScaled
