// Generated from spec/ by scripts/generate_api.py; not edited by hand.

type Options = { signal?: AbortSignal; key?: string; via?: import("./api.js").Via };
/** Call it, or ask for its address: `.url(args)` serves links and downloads. */
type Call<Args, Answer> =
  ((args: Args, options?: Options) => Promise<Answer>) & { url(args: Args): string };
type Plain<Args, Answer> =
  ((args?: Args, options?: Options) => Promise<Answer>) & { url(args?: Args): string };

/** What somebody may be allowed to do, by its operationId. */
export type Operation =
  | "alert_rule_service.create_alert_rule"
  | "alert_rule_service.get_alert_rule"
  | "alert_rule_service.list_alert_rules"
  | "alert_rule_service.preview_alert_rule"
  | "alert_rule_service.update_alert_rule"
  | "alert_service.acknowledge_alert"
  | "alert_service.assign_alert"
  | "alert_service.get_alert"
  | "alert_service.get_alert_summary"
  | "alert_service.list_alerts"
  | "alert_service.reopen_alert"
  | "alert_service.snooze_alert"
  | "api_key_service.create_api_key"
  | "api_key_service.delete_api_key"
  | "api_key_service.delete_user_api_key"
  | "api_key_service.list_api_keys"
  | "api_key_service.list_scopes"
  | "api_key_service.list_user_api_keys"
  | "archive_service.create_archive"
  | "audit_service.get_verification"
  | "audit_service.list_audit_entries"
  | "availability_service.list_availability"
  | "backup_service.get_backup_state"
  | "backup_service.list_backups"
  | "board_service.list_route_devices"
  | "cabinet_type_service.create_cabinet_type"
  | "cabinet_type_service.get_cabinet_type"
  | "cabinet_type_service.list_cabinet_types"
  | "cabinet_type_service.update_cabinet_type"
  | "calendar_service.list_calendar_orders"
  | "comparison_service.get_comparison"
  | "contract_service.get_docs"
  | "contract_service.get_openapi"
  | "count_difference_service.create_count_acknowledgement"
  | "count_difference_service.delete_count_acknowledgement"
  | "count_difference_service.get_shrinkage"
  | "count_difference_service.list_count_differences"
  | "dashboard_service.get_dashboard"
  | "device_history_service.list_device_history"
  | "device_service.create_cabinet"
  | "device_service.create_device"
  | "device_service.delete_cabinet"
  | "device_service.delete_device"
  | "device_service.get_device"
  | "device_service.list_devices"
  | "device_service.restore_device"
  | "device_service.update_device"
  | "device_type_service.create_device_type"
  | "device_type_service.get_device_type"
  | "device_type_service.list_device_types"
  | "device_type_service.update_device_type"
  | "dex_batch_service.create_dex_batch"
  | "dex_batch_service.get_dex_batch"
  | "dex_batch_service.list_dex_batch_files"
  | "dex_preview_service.create_acceptance_preview"
  | "dex_read_service.accept_dex_read"
  | "dex_read_service.assign_dex_read"
  | "dex_read_service.create_dex_read"
  | "dex_read_service.get_dex_read"
  | "dex_read_service.get_dex_read_raw"
  | "dex_read_service.list_dex_reads"
  | "dex_source_service.list_dex_sources"
  | "erasure_service.erase_user"
  | "example_service.create_example_fleet"
  | "export_service.create_export"
  | "export_service.create_export_preview"
  | "export_service.delete_export"
  | "export_service.get_export"
  | "export_service.get_export_file"
  | "export_service.list_exports"
  | "file_service.create_file"
  | "file_service.delete_file"
  | "file_service.get_file"
  | "file_service.get_thumbnail"
  | "file_service.list_files"
  | "file_service.restore_file"
  | "first_steps_service.get_first_steps"
  | "first_steps_service.update_first_steps"
  | "health_service.get_liveness"
  | "health_service.get_readiness"
  | "import_service.create_import"
  | "import_service.delete_import"
  | "import_service.get_import"
  | "import_service.get_import_sales"
  | "import_service.get_import_template"
  | "import_service.list_import_kinds"
  | "import_service.list_import_rows"
  | "import_service.list_imports"
  | "import_service.run_import"
  | "import_service.update_import"
  | "import_service.withdraw_import"
  | "installation_service.create_installation"
  | "job_service.cancel_job"
  | "job_service.get_job"
  | "job_service.list_jobs"
  | "job_service.retry_job"
  | "label_service.list_labels"
  | "list_layout_service.get_list_layout"
  | "list_layout_service.set_list_layout"
  | "location_service.create_location"
  | "location_service.get_location"
  | "location_service.list_locations"
  | "location_service.update_location"
  | "mail_server_service.create_test_mail"
  | "mail_server_service.get_mail_server"
  | "map_service.list_map_orders"
  | "map_service.list_map_points"
  | "mass_change_service.create_mass_change"
  | "mass_change_service.create_mass_change_preview"
  | "mass_change_service.get_mass_change"
  | "mass_change_service.list_mass_change_parts"
  | "mass_change_service.list_mass_changes"
  | "mass_change_service.undo_mass_change"
  | "metrics_service.get_device_metrics"
  | "open_session_service.delete_other_sessions"
  | "open_session_service.delete_own_session"
  | "open_session_service.delete_user_session"
  | "open_session_service.delete_user_sessions"
  | "open_session_service.list_sessions"
  | "open_session_service.list_user_sessions"
  | "passkey_service.create_challenge"
  | "passkey_service.create_passkey"
  | "passkey_service.delete_passkey"
  | "passkey_service.list_passkeys"
  | "passkey_service.list_user_passkeys"
  | "passkey_service.update_passkey"
  | "passkey_sign_in_service.create_challenge"
  | "passkey_sign_in_service.create_session"
  | "passkey_sign_in_service.get_offer"
  | "planned_change_service.cancel_planned_change"
  | "planned_change_service.create_planned_change"
  | "planned_change_service.get_planned_change"
  | "planned_change_service.get_planned_change_preview"
  | "planned_change_service.list_planned_changes"
  | "planogram_service.create_planogram_proposal"
  | "planogram_service.get_planogram"
  | "planogram_service.list_planogram_changes"
  | "planogram_service.update_planogram"
  | "product_overview_service.get_product_overview"
  | "product_overview_service.list_product_changes"
  | "product_overview_service.list_product_slots"
  | "product_service.create_product"
  | "product_service.get_product"
  | "product_service.list_products"
  | "product_service.update_product"
  | "provider_service.create_flow"
  | "provider_service.create_session"
  | "provider_service.get_provider"
  | "quarantine_service.delete_quarantined_file"
  | "quarantine_service.get_quarantined_file_raw"
  | "quarantine_service.list_quarantined_files"
  | "recurring_day_service.list_recurring_days"
  | "recurring_day_service.update_recurring_day"
  | "recurring_visit_service.create_recurring_visit"
  | "recurring_visit_service.get_recurring_visit"
  | "recurring_visit_service.list_recurring_visits"
  | "recurring_visit_service.update_recurring_visit"
  | "removal_service.preview_removal"
  | "rereading.list_book_changes"
  | "retention_service.get_retention"
  | "retention_service.update_retention"
  | "route_service.create_route"
  | "route_service.get_route"
  | "route_service.list_routes"
  | "route_service.update_route"
  | "sale_service.get_coverage"
  | "sale_service.list_sales"
  | "saved_view_service.create_saved_view"
  | "saved_view_service.delete_saved_view"
  | "saved_view_service.get_saved_view"
  | "saved_view_service.list_pinned_views"
  | "saved_view_service.pin_saved_view"
  | "saved_view_service.restore_saved_view"
  | "saved_view_service.update_saved_view"
  | "schedule_service.get_schedule"
  | "schedule_service.list_schedules"
  | "schedule_service.run_schedule"
  | "schedule_service.update_schedule"
  | "search_service.search"
  | "second_factor_service.confirm_second_factor"
  | "second_factor_service.create_recovery_codes"
  | "second_factor_service.create_reset"
  | "second_factor_service.create_second_factor"
  | "second_factor_service.delete_second_factor"
  | "second_factor_service.get_second_factor"
  | "service_order_service.assign_service_order"
  | "service_order_service.cancel_service_order"
  | "service_order_service.create_service_order"
  | "service_order_service.create_service_order_preview"
  | "service_order_service.get_pick_list"
  | "service_order_service.get_service_order"
  | "service_order_service.list_service_orders"
  | "service_order_service.load_service_order"
  | "service_order_service.update_service_order"
  | "session_service.change_password"
  | "session_service.create_session"
  | "session_service.delete_session"
  | "session_service.get_me"
  | "session_service.update_me"
  | "settings_service.get_settings"
  | "settings_service.list_currencies"
  | "settings_service.update_settings"
  | "setup_service.create_setup"
  | "setup_service.get_setup"
  | "sign_in_rule_service.get_sign_in_rules"
  | "sign_in_rule_service.update_sign_in_rules"
  | "signing_key_service.get_jwks"
  | "skip_service.create_skip"
  | "skip_service.reverse_skip"
  | "slot_change_service.create_slot_change"
  | "slot_change_service.create_slot_change_preview"
  | "slot_change_service.undo_slot_change"
  | "stock_service.list_stock_moves"
  | "ticket_entry_service.create_ticket_entry"
  | "ticket_entry_service.list_ticket_entries"
  | "ticket_service.create_ticket"
  | "ticket_service.get_ticket"
  | "ticket_service.list_ticket_assignees"
  | "ticket_service.list_tickets"
  | "ticket_service.update_ticket"
  | "token_family_service.delete_token_family"
  | "token_family_service.delete_user_token_family"
  | "token_family_service.list_token_families"
  | "token_family_service.list_user_token_families"
  | "token_service.create_tokens"
  | "token_service.refresh_tokens"
  | "token_service.revoke_tokens"
  | "user_service.create_password_reset"
  | "user_service.create_user"
  | "user_service.get_user"
  | "user_service.list_drivers"
  | "user_service.list_users"
  | "user_service.update_user"
  | "visit_service.create_unplanned_visit"
  | "visit_service.create_visit"
  | "visit_service.get_visit"
  | "visit_service.reverse_visit"
  | "webhook_delivery_service.get_webhook_delivery"
  | "webhook_delivery_service.list_webhook_deliveries"
  | "webhook_delivery_service.replay_webhook"
  | "webhook_delivery_service.replay_webhook_delivery"
  | "webhook_service.create_webhook"
  | "webhook_service.delete_webhook"
  | "webhook_service.get_webhook"
  | "webhook_service.list_event_types"
  | "webhook_service.list_webhooks"
  | "webhook_service.replace_secret"
  | "webhook_service.resume_webhook"
  | "webhook_service.test_webhook"
  | "webhook_service.update_webhook";

/** What there is, as the contract calls it; what pages tell each other has changed. */
export type Noun =
  | "alert"
  | "alert_rule"
  | "api_key"
  | "archive"
  | "audit"
  | "availability"
  | "backup"
  | "board"
  | "cabinet"
  | "cabinet_type"
  | "calendar"
  | "comparison"
  | "contract"
  | "count_difference"
  | "dashboard"
  | "device"
  | "device_history"
  | "device_type"
  | "dex_batch"
  | "dex_preview"
  | "dex_read"
  | "dex_source"
  | "erasure"
  | "example"
  | "export"
  | "file"
  | "first_steps"
  | "health"
  | "import"
  | "installation"
  | "job"
  | "label"
  | "list_layout"
  | "location"
  | "mail_server"
  | "map"
  | "mass_change"
  | "metrics"
  | "open_session"
  | "passkey"
  | "passkey_sign_in"
  | "planned_change"
  | "planogram"
  | "product"
  | "product_overview"
  | "provider"
  | "quarantine"
  | "quarantined_file"
  | "recurring_day"
  | "recurring_visit"
  | "removal"
  | "rereading"
  | "retention"
  | "route"
  | "sale"
  | "saved_view"
  | "schedule"
  | "search"
  | "second_factor"
  | "service_order"
  | "session"
  | "settings"
  | "setup"
  | "sign_in_rule"
  | "signing_key"
  | "skip"
  | "slot"
  | "slot_change"
  | "stock"
  | "ticket"
  | "ticket_entry"
  | "token"
  | "token_family"
  | "user"
  | "visit"
  | "webhook"
  | "webhook_delivery";

export interface Schemas {
  AcceptancePreview: {
    status: string;
    units: Schemas["Cents"];
    amount_cents: Schemas["Cents"];
    since: Schemas["NullableTime"];
    selections: Array<{
      selection: string;
      product_name: string | null;
      units: Schemas["NullableCents"];
      amount_cents: Schemas["NullableCents"];
    }>;
    slots: Array<{
      label: string;
      selection: string | null;
      product_name: string | null;
      before: Schemas["NullableQuantity"];
      after: Schemas["NullableQuantity"];
    }>;
  };
  Alert: {
    id: Schemas["Id"];
    kind: Schemas["AlertKind"];
    state: Schemas["AlertState"];
    detail: string;
    since: Schemas["NullableTime"];
    lost_cents_per_day: Schemas["NullableCents"];
    noun: "backup" | "device" | "dex_read" | "service_order";
    noun_id: Schemas["Id"];
    device_id: Schemas["NullableId"];
    asset: string | null;
    device_name: string | null;
    location_name: string | null;
    alert_rule_id: Schemas["Id"];
    rule_name: string;
    opened_at: Schemas["Time"];
    resolved_at: Schemas["NullableTime"];
    snoozed_until: Schemas["NullableTime"];
    acknowledged_at: Schemas["NullableTime"];
    acknowledged_by_name: string | null;
    assigned_to: Schemas["NullableId"];
    assigned_to_name: string | null;
    version: Schemas["Version"];
  };
  AlertEmail: "none" | "at_once" | "digest";
  AlertEvent: {
    alert_id: Schemas["Id"];
    device_id: Schemas["NullableId"];
    kind: string;
    opened_at: Schemas["Time"];
    resolved_at: Schemas["NullableTime"];
    sentence?: string;
    lost_cents_per_day?: number | null;
  };
  AlertKind: "sold_out" | "runs_out" | "silent" | "fault" | "climate_or_door" | "price_differs" | "not_booked" | "late_order" | "damaged_read" | "backup_old";
  AlertList: { items: Array<Schemas["Alert"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  /** Who is told; drivers of the machines on their own routes. */
  AlertRoles: Array<Schemas["Role"]>;
  AlertRule: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    kind: Schemas["AlertKind"];
    unit: "money" | "hours" | "days" | "units" | "none";
    threshold: Schemas["AlertThreshold"];
    scope: Schemas["AlertScope"];
    scope_id: Schemas["NullableId"];
    scope_name: string | null;
    location_kind: Schemas["NullableLocationKind"];
    roles: Schemas["AlertRoles"];
    user_ids: Schemas["AlertUserIds"];
    user_names: Array<string>;
    weekdays: Schemas["Weekdays"];
    from_time: Schemas["NullableTimeOfDay"];
    until_time: Schemas["NullableTimeOfDay"];
    email: Schemas["AlertEmail"];
    switched_on: boolean;
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  AlertRuleList: { items: Array<Schemas["AlertRule"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  AlertRulePreview: { alerts: Schemas["Count"]; more: boolean; lost_cents_per_day: Schemas["Cents"] };
  AlertScope: "all" | "route" | "location_kind" | "device";
  AlertState: "open" | "snoozed" | "acknowledged" | "resolved";
  AlertSummary: {
    open: Schemas["Count"];
    more: boolean;
    lost_cents_per_day: Schemas["Cents"];
    failed: Array<Schemas["FailedLook"]>;
  };
  /** From where on somebody is told: minor units a day for sold_out and price_differs, hours for silent and backup_old, days for runs_out (where no visit is planned) and late_order, units for not_booked; 0 for the others. */
  AlertThreshold: number;
  /** Who is told whatever their role. */
  AlertUserIds: Array<Schemas["Id"]>;
  ApiKey: {
    id: Schemas["Id"];
    name: string;
    prefix: string;
    scopes: Array<Schemas["Scope"]>;
    created_at: Schemas["Time"];
    expires_at: Schemas["Time"];
    last_used_at: Schemas["NullableTime"];
    last_address: string;
  };
  ApiKeyList: { items: Array<Schemas["ApiKey"]> };
  /** Devices are archived by administrators alone, as one by one. */
  ArchivedChange: { kind: "device_archived" | "product_archived"; archived: boolean };
  /** What a device signed: the answer of `navigator.credentials.get`, in base64url. */
  Assertion: {
    credential_id: Schemas["CredentialId"];
    client_data: Schemas["ClientData"];
    authenticator_data: string;
    signature: string;
    user_handle?: string;
  };
  Asset: string;
  AttentionDevices: {
    count: Schemas["Count"];
    more: boolean;
    items: Array<{
      device_id: Schemas["Id"];
      asset: string;
      name: string;
      location_name: string | null;
      route_id: Schemas["NullableId"];
      open_service_order_id: number | null;
      stock_known_at: Schemas["StockKnownAt"];
      lost_cents_per_day: Schemas["Count"];
      detail: string;
      since: Schemas["NullableTime"];
    }>;
  };
  AttentionTickets: { count: Schemas["Count"]; more: boolean; items: Array<Schemas["Ticket"]> };
  AuditEntry: {
    id: Schemas["Id"];
    occurred_at: Schemas["Time"];
    user_id: Schemas["NullableId"];
    username: string;
    action: string;
    noun: string;
    noun_id: Schemas["NullableId"];
    changes: Array<{ field: string; from: unknown; to: unknown }>;
    request_id: string;
  };
  AuditEntryList: {
    items: Array<Schemas["AuditEntry"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  Availability: {
    device_id: Schemas["Id"];
    asset: string;
    name: string;
    location_name: string | null;
    up_percent: number | null;
    down_seconds: Schemas["Count"];
    outages: Array<{ down_since: Schemas["Time"]; up_since: Schemas["NullableTime"]; seconds: Schemas["Count"] }>;
  };
  AvailabilityList: {
    since: Schemas["Time"];
    until: Schemas["Time"];
    items: Array<Schemas["Availability"]>;
    next_cursor: Schemas["NextCursor"];
  };
  Backup: { name: string; made_at: Schemas["Time"]; kind: "daily" | "increment"; bytes: Schemas["Count"] };
  BackupState: {
    place: string | null;
    encrypted: boolean;
    last_at: Schemas["NullableTime"];
    problem: string | null;
  };
  Backups: { state: Schemas["BackupState"]; items: Array<Schemas["Backup"]> };
  BoardRow: {
    device_id: Schemas["Id"];
    asset: string;
    name: string;
    location_id: Schemas["NullableId"];
    location_name: string | null;
    cabinets: Array<{
      id: Schemas["Id"];
      position: number;
      units_to_par: Schemas["Count"];
      unknown_slots: Schemas["Count"];
      open_service_order_id: Schemas["NullableId"];
      open_service_order_on: Schemas["NullableDate"];
    }>;
    sold_out_slots: Schemas["NullableCount"];
    probably_sold_out_slots: Schemas["ProbablySoldOut"];
    estimated_stock_slots: Schemas["EstimatedStock"];
    stock_known_at: Schemas["StockKnownAt"];
    state: Schemas["LevelState"];
    lost_cents_per_day: Schemas["LostCents"];
    lost_without_cost_slots: Schemas["LostWithoutCost"];
    low_slots: Schemas["NullableCount"];
    unknown_slots: Schemas["Count"];
    days_of_inventory: Schemas["NullableNumber"];
    days_of_inventory_median: Schemas["NullableNumber"];
    product_level_percent: Schemas["NullableNumber"];
    units_to_par: Schemas["NullableCount"];
    units_per_day: Schemas["NullableNumber"];
    estimated_slots: Schemas["EstimatedSlots"];
    last_read_at: Schemas["NullableTime"];
    last_visit_at: Schemas["NullableTime"];
  };
  BoardRowList: { items: Array<Schemas["BoardRow"]>; next_cursor: Schemas["NextCursor"] };
  BookChange: {
    device_id: Schemas["Id"];
    asset: string;
    name: string;
    units_before: number;
    units_after: number;
    amount_before_cents: Schemas["Cents"];
    amount_after_cents: Schemas["Cents"];
    held_before: number;
    held_after: number;
    changed_at: Schemas["Time"];
  };
  BookChangeList: { items: Array<Schemas["BookChange"]>; next_cursor: Schemas["NextCursor"]; left: number };
  Cabinet: {
    id: Schemas["Id"];
    position: number;
    cabinet_type_id: Schemas["Id"];
    rows: number;
    columns: number;
  };
  CabinetIds: Array<Schemas["Id"]>;
  CabinetType: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    rows: number;
    columns: number;
    version: Schemas["Version"];
  };
  CabinetTypeList: { items: Array<Schemas["CabinetType"]>; next_cursor: Schemas["NextCursor"] };
  CalendarOrderList: { items: Array<{ day: Schemas["Date"]; order: Schemas["ServiceOrderSummary"] }>; more: boolean };
  /** Minor units of the operator's currency: 1, 1/100 or 1/1000 of it, as `currency_decimals` of the settings says. */
  Cents: number;
  /** A type of event that a webhook can be told of. */
  ChosenEvent: "dex_read.booked" | "dex_read.held" | "service_order.created" | "service_order.changed" | "visit.recorded" | "visit.reversed" | "device.changed" | "product.changed" | "alert.opened" | "alert.resolved";
  /** What it is told of. For a program only events that one of its scopes opens (`x-scopes` of each, under `webhooks`): with another one among them it is refused (403) to make a webhook or to change one but for switching it off, and it neither reads nor replays such deliveries. */
  ChosenEvents: Array<Schemas["ChosenEvent"]>;
  /** `clientDataJSON`, in base64url. */
  ClientData: string;
  ComparedMachine: {
    device_id: Schemas["Id"];
    asset: string;
    name: string;
    location_name: string | null;
    location_kind: Schemas["NullableLocationKind"];
    device_type_name: string;
    archived_at: Schemas["NullableTime"];
    days: number;
    read_days: number;
    is_enough: boolean;
    units: Schemas["Count"];
    amount_cents: Schemas["Cents"];
    lost_units: number;
    lost_cents: Schemas["Cents"];
    units_per_day: number | null;
    cents_per_day: number | null;
    sold_out_days: number;
    slots: Schemas["Count"];
    sold_out_percent: number | null;
    visits: Schemas["Count"];
    filled_units: Schemas["Count"];
    units_per_visit: number | null;
    up_percent: number | null;
    down_seconds: Schemas["Count"];
    missing: Schemas["Count"];
    surplus: Schemas["Count"];
    kind: (Schemas["MachineKind"] | null);
  };
  ComparedProduct: {
    product_id: Schemas["NullableId"];
    name: string | null;
    sold: Array<{
      device_id: Schemas["Id"];
      units: Schemas["Count"];
      amount_cents: Schemas["Cents"];
      share_percent: number | null;
      lowest_price_cents: Schemas["NullablePrice"];
      highest_price_cents: Schemas["NullablePrice"];
    }>;
  };
  Comparison: { machines: Array<Schemas["ComparedMachine"]>; products: Array<Schemas["ComparedProduct"]> };
  Count: number;
  CountDifference: {
    visit_id: Schemas["Id"];
    device_id: Schemas["Id"];
    asset: string;
    device_name: string;
    slot_id: Schemas["Id"];
    label: string;
    selection: string | null;
    product_id: Schemas["NullableId"];
    product_name: string | null;
    service_order_id: Schemas["Id"];
    username: string;
    occurred_at: Schemas["Time"];
    counted: number | null;
    expected: number | null;
    difference: number;
    removed: number | null;
    removed_reason: string | null;
    added: number | null;
    value_cents: number;
    seen_at: Schemas["NullableTime"];
    seen_by: string | null;
  };
  CountDifferenceList: {
    items: Array<Schemas["CountDifference"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  Credential: { id: Schemas["CredentialId"]; transports: Array<string> };
  /** In base64url. */
  CredentialId: string;
  /** ISO 4217. */
  Currency: string;
  /** How many decimals amounts have: 1 of the currency is 1, 100 or 1000 minor units. */
  CurrencyDecimals: 0 | 2 | 3;
  Dashboard: {
    today: Schemas["Date"];
    devices: Schemas["Count"];
    attention: {
      silent_sources: {
        count: Schemas["Count"];
        more: boolean;
        items: Array<{
          id: Schemas["Id"];
          name: string;
          kind: Schemas["DexSourceKind"];
          last_seen_at: Schemas["Time"];
          detail: string;
        }>;
      };
      webhooks: {
        count: Schemas["Count"];
        more: boolean;
        items: Array<{
          id: Schemas["Id"];
          url: string;
          description: string;
          problem: string;
          since: Schemas["NullableTime"];
        }>;
      };
      failed_jobs: { count: Schemas["Count"]; more: boolean; items: Array<Schemas["Job"]> };
      down_machines: Schemas["AttentionTickets"];
      due_tickets: Schemas["AttentionTickets"];
      sold_out: Schemas["AttentionDevices"];
      running_out: Schemas["AttentionDevices"];
      silent: Schemas["AttentionDevices"];
      faults: Schemas["AttentionDevices"];
      price_differences: Schemas["AttentionDevices"];
      unbooked: Schemas["AttentionDevices"];
      audits: { count: Schemas["Count"]; more: boolean; items: Array<Schemas["DexRead"]> };
      late_orders: { count: Schemas["Count"]; more: boolean; items: Array<Schemas["ServiceOrderSummary"]> };
      archived_products: {
        count: Schemas["Count"];
        more: boolean;
        items: Array<{
          product_id: Schemas["Id"];
          name: string;
          slots: Schemas["Count"];
          machines: Schemas["Count"];
          archived_at: Schemas["Time"];
        }>;
      };
      count_differences: {
        count: Schemas["Count"];
        more: boolean;
        items: Array<{
          visit_id: Schemas["Id"];
          service_order_id: Schemas["Id"];
          username: string;
          device_id: Schemas["Id"];
          asset: string;
          device_name: string;
          location_name: string | null;
          occurred_at: Schemas["Time"];
          slots: Schemas["Count"];
          missing: Schemas["Count"];
          surplus: Schemas["Count"];
        }>;
      };
    };
    orders: {
      count: Schemas["Count"];
      completed: Schemas["Count"];
      more: boolean;
      items: Array<Schemas["ServiceOrderSummary"]>;
    };
    sales: {
      days: Array<Schemas["DayFigure"]>;
      previous: Array<Schemas["DayFigure"]>;
      total: { units: number; amount_cents: number };
      previous_total: { units: number; amount_cents: number };
    };
    fill_levels: Array<{ from_percent: number; to_percent: number; devices: Schemas["Count"] }>;
  };
  Date: string;
  DayFigure: { date: Schemas["Date"]; units: Schemas["Cents"]; amount_cents: Schemas["Cents"] };
  /** How many days before its day the order is made, with what the machines lack then. */
  DaysAhead: number;
  Device: {
    id: Schemas["Id"];
    asset: string;
    name: string;
    device_type_id: Schemas["Id"];
    location_id: Schemas["NullableId"];
    location_name: string | null;
    route_id: Schemas["NullableId"];
    route_name: string | null;
    serial: string | null;
    cabinets: Array<Schemas["Cabinet"]>;
    ignored_selections: Schemas["IgnoredSelections"];
    linked_selections: Schemas["LinkedSelections"];
    unbooked_units: number;
    unbooked_cents: number;
    sold_out_slots: Schemas["NullableCount"];
    probably_sold_out_slots: Schemas["ProbablySoldOut"];
    estimated_stock_slots: Schemas["EstimatedStock"];
    stock_known_at: Schemas["StockKnownAt"];
    state: Schemas["LevelState"];
    lost_cents_per_day: Schemas["LostCents"];
    lost_without_cost_slots: Schemas["LostWithoutCost"];
    product_level_percent: Schemas["NullableNumber"];
    days_of_inventory: Schemas["NullableNumber"];
    estimated_slots: Schemas["EstimatedSlots"];
    last_read_at: Schemas["NullableTime"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  DeviceEvent: {
    device_id: Schemas["Id"];
    location_id: Schemas["NullableId"];
    route_id: Schemas["NullableId"];
    device_type_id: Schemas["NullableId"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    asset?: string;
    name?: string;
    serial?: string | null;
    location_name?: string | null;
    route_name?: string | null;
  };
  DeviceHistory: {
    items: Array<{
      kind: "visit" | "faults" | "ticket" | "move";
      at: Schemas["Time"];
      id: Schemas["Id"];
      service_order_id: Schemas["NullableId"];
      username: string | null;
      text: string;
      status: string | null;
      changes: Array<{ field: "location" | "route"; from: string | null; to: string | null }>;
    }>;
    next_cursor: Schemas["NextCursor"];
  };
  DeviceList: { items: Array<Schemas["Device"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  DeviceLocationChange: { kind: "device_location"; location_id: Schemas["NullableId"] };
  DeviceMetrics: {
    device_id: Schemas["Id"];
    sold_out_slots: Schemas["NullableCount"];
    probably_sold_out_slots: Schemas["ProbablySoldOut"];
    estimated_stock_slots: Schemas["EstimatedStock"];
    stock_known_at: Schemas["StockKnownAt"];
    state: Schemas["LevelState"];
    lost_cents_per_day: Schemas["LostCents"];
    lost_without_cost_slots: Schemas["LostWithoutCost"];
    low_slots: Schemas["NullableCount"];
    unknown_slots: Schemas["Count"];
    days_of_inventory: Schemas["NullableNumber"];
    days_of_inventory_median: Schemas["NullableNumber"];
    product_level_percent: Schemas["NullableNumber"];
    units_to_par: Schemas["NullableCount"];
    units_per_day: Schemas["NullableNumber"];
    estimated_slots: Schemas["EstimatedSlots"];
    last_read_at: Schemas["NullableTime"];
    last_visit_at: Schemas["NullableTime"];
    faults: Array<Schemas["Fault"]>;
    price_differences: Array<Schemas["PriceDifference"]>;
    slots: Array<Schemas["SlotMetrics"]>;
  };
  DeviceRouteChange: { kind: "device_route"; route_id: Schemas["NullableId"] };
  DeviceType: { id: Schemas["Id"]; name: Schemas["Name"]; max_cabinets: number; version: Schemas["Version"] };
  DeviceTypeChange: { kind: "device_type"; device_type_id: Schemas["Id"] };
  DeviceTypeList: { items: Array<Schemas["DeviceType"]>; next_cursor: Schemas["NextCursor"] };
  DexBatch: {
    id: number | null;
    job_id: Schemas["NullableId"];
    filename: string;
    created_at: Schemas["Time"];
    files: Schemas["Count"];
    left: number;
    needs_a_look: number;
    counts: {
      booked: Schemas["Count"];
      baseline: Schemas["Count"];
      held: Schemas["Count"];
      duplicate: Schemas["Count"];
      damaged: Schemas["Count"];
      unassigned: Schemas["Count"];
      refused: Schemas["Count"];
    };
    items?: Array<Schemas["DexBatchFile"]>;
  };
  /** What became of each file of a batch. */
  DexBatchDays: number;
  DexBatchFile: {
    number: number;
    filename: string;
    outcome: "booked" | "baseline" | "held" | "duplicate" | "damaged" | "unassigned" | "refused" | null;
    note: string;
    dex_read_id: Schemas["NullableId"];
  };
  DexBatchFileList: { items: Array<Schemas["DexBatchFile"]>; next_cursor: Schemas["NextCursor"] };
  /** The bytes of DEX reads that are in the books; null: for ever. Figures, the last read of each machine, and whatever waits for somebody stay. */
  DexContentDays: number | null;
  DexRead: {
    id: Schemas["Id"];
    device_id: Schemas["NullableId"];
    asset: string | null;
    device_name: string | null;
    status: Schemas["DexReadStatus"];
    read_at: Schemas["Time"];
    clock: "id5" | "ea3" | "counters" | "receipt";
    received_at: Schemas["Time"];
    last_seen_at: Schemas["Time"];
    filename: string;
    sha256: string;
    crc: "valid" | "invalid" | "absent" | "not_kept";
    serial: string | null;
    reported_asset: string | null;
    units: Schemas["Count"];
    amount_cents: Schemas["Cents"];
    held_reason: string | null;
    accepted_at: Schemas["NullableTime"];
    warnings: Array<string>;
    finding: "plain" | "glitch" | "wrap" | "partly_anew" | "epoch" | "return" | "reset" | "unsolved";
    reconciliation: (null | Schemas["Reconciliation"]);
  };
  DexReadDetail: {
    id: Schemas["Id"];
    device_id: Schemas["NullableId"];
    asset: string | null;
    device_name: string | null;
    status: Schemas["DexReadStatus"];
    read_at: Schemas["Time"];
    clock: "id5" | "ea3" | "counters" | "receipt";
    received_at: Schemas["Time"];
    last_seen_at: Schemas["Time"];
    filename: string;
    sha256: string;
    crc: "valid" | "invalid" | "absent" | "not_kept";
    serial: string | null;
    reported_asset: string | null;
    units: Schemas["Count"];
    amount_cents: Schemas["Cents"];
    held_reason: string | null;
    accepted_at: Schemas["NullableTime"];
    warnings: Array<string>;
    finding: "plain" | "glitch" | "wrap" | "partly_anew" | "epoch" | "return" | "reset" | "unsolved";
    reconciliation: (null | Schemas["Reconciliation"]);
    model: string | null;
    has_content: boolean;
    others: number;
    previous_read_id: Schemas["NullableId"];
    previous_read_at: Schemas["NullableTime"];
    selections: Array<{
      selection: string;
      cabinet: number;
      row: number | null;
      column: number | null;
      name: string | null;
      price_cents: Schemas["NullableCents"];
      count_init: Schemas["NullableCents"];
      value_init_cents: Schemas["NullableCents"];
      count_rst: Schemas["NullableCents"];
      value_rst_cents: Schemas["NullableCents"];
      units: number | null;
      amount_cents: Schemas["NullableCents"];
      product_id: Schemas["NullableId"];
      product_name: string | null;
      sold_out_at: string | null;
      ignored: boolean;
      ignorable: boolean;
    }>;
    events: Array<{
      code: string;
      meaning: string;
      severity: "fault" | "warning" | "info";
      occurred_at: string | null;
      active: boolean | null;
      count: number | null;
    }>;
    checks: Array<{
      name: string;
      passed: boolean | null;
      expected: string | null;
      actual: string | null;
      meaning: string;
    }>;
    layout: (null | Schemas["Layout"]);
    cash_box_cents: number | null;
    records: Array<{ line: number; id: string; raw: string; fields: Array<{ name: string; value: string }> }>;
    records_omitted: number;
  };
  DexReadEvent: {
    dex_read_id: Schemas["Id"];
    device_id: Schemas["NullableId"];
    outcome: "booked" | "baseline" | "held" | "damaged" | "unassigned";
    read_at: Schemas["Time"];
    received_at: Schemas["Time"];
    asset?: string | null;
    serial?: string | null;
    units?: number | null;
    amount_cents?: number | null;
    reason?: string | null;
  };
  DexReadList: { items: Array<Schemas["DexRead"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  DexReadStatus: "booked" | "baseline" | "damaged" | "unassigned";
  DexSource: {
    id: Schemas["Id"];
    kind: Schemas["DexSourceKind"];
    name: string;
    first_seen_at: Schemas["Time"];
    last_seen_at: Schemas["Time"];
    last_error: string | null;
    last_error_at: Schemas["NullableTime"];
    today: number;
    week: number;
    total: number;
    known: number;
    waiting: number;
    refused: number;
    silent_days: number | null;
  };
  DexSourceKind: "key" | "inbox" | "person" | "console";
  DexSources: {
    items: Array<Schemas["DexSource"]>;
    inbox: (null | { folder: string; problem: string | null; looked_at: Schemas["Time"] });
  };
  /** Since when the machine sold nothing; of a device alone. Not later than now. */
  DownSince: string | null;
  Email: string | null;
  EndedSessions: { ended: number };
  /** What is left by estimate: the stock at known_at less units_per_day for each day since. Null while quantity is as recent as it gets. */
  EstimatedQuantity: number | null;
  /** Slots whose units_per_day is an estimate. Days of inventory and units a day of the device rest on it there. */
  EstimatedSlots: number;
  /** Slots whose stock is an estimate, because the last fact is more than a day old. The figures of the device rest on it there. */
  EstimatedStock: number;
  /** The same each time it is sent, and to every webhook. */
  EventId: string;
  EventType: "dex_read.booked" | "dex_read.held" | "service_order.created" | "service_order.changed" | "visit.recorded" | "visit.reversed" | "device.changed" | "product.changed" | "alert.opened" | "alert.resolved" | "webhook.test";
  EveryMinutes: number;
  /** Counted from the week of the first day. */
  EveryWeeks: number;
  ExampleFleet: { devices: Schemas["Count"] };
  Export: {
    id: Schemas["Id"];
    operation: Schemas["Filed"];
    query: Record<string, string>;
    name: string;
    rows: Schemas["Count"];
    bytes: Schemas["NullableCount"];
    job_id: Schemas["Id"];
    state: Schemas["JobState"];
    address: string;
    created_at: Schemas["Time"];
    made_at: Schemas["NullableTime"];
    goes_at: Schemas["Time"];
  };
  ExportList: { items: Array<Schemas["Export"]> };
  ExportPreview: { rows: Schemas["Count"]; address: string | null };
  /** A list that may be had as a spreadsheet, by its operationId. */
  Exported: "sale_service.list_sales" | "alert_service.list_alerts" | "audit_service.list_audit_entries" | "comparison_service.get_comparison" | "count_difference_service.list_count_differences" | "device_service.list_devices" | "dex_read_service.list_dex_reads" | "job_service.list_jobs" | "location_service.list_locations" | "product_overview_service.list_product_slots" | "product_service.list_products" | "route_service.list_routes" | "service_order_service.list_service_orders" | "ticket_service.list_tickets" | "user_service.list_users";
  FailedLook: {
    noun: "backup" | "device" | "dex_read" | "service_order";
    noun_id: Schemas["Id"];
    name: string | null;
    failed_at: Schemas["Time"];
  };
  Fault: { code: string; meaning: string };
  File: {
    id: Schemas["Id"];
    noun: Schemas["FileNoun"];
    noun_id: Schemas["Id"];
    name: string;
    media_type: "image/jpeg" | "image/png";
    bytes: number;
    width: number;
    height: number;
    username: string;
    created_at: Schemas["Time"];
  };
  /** What a file belongs to. */
  FileNoun: "device" | "product" | "visit" | "ticket";
  /** What a file is of: a list, or everything. */
  Filed: "alert_service.list_alerts" | "archive_service.create_archive" | "audit_service.list_audit_entries" | "comparison_service.get_comparison" | "count_difference_service.list_count_differences" | "device_service.list_devices" | "dex_read_service.list_dex_reads" | "job_service.list_jobs" | "location_service.list_locations" | "product_overview_service.list_product_slots" | "product_service.list_products" | "route_service.list_routes" | "sale_service.list_sales" | "service_order_service.list_service_orders" | "ticket_service.list_tickets" | "user_service.list_users";
  Files: { items: Array<Schemas["File"]> };
  Fills: Array<{
    slot_id: Schemas["Id"];
    counted?: number | null;
    added: number;
    removed?: number;
    removed_reason?: string | null;
    confirmed?: boolean;
  }>;
  /** planogram: a device with a product in a slot; person: a second one who may sign in; backup: one was made, or a place for them is set. */
  FirstStep: "audit" | "product" | "location" | "planogram" | "route" | "order" | "visit" | "person" | "backup";
  FirstSteps: {
    hidden: boolean;
    steps: Array<{ step: Schemas["FirstStep"]; done: boolean; noun_id: number | null }>;
  };
  FirstStepsHidden: { hidden: boolean };
  Health: { status: "ok" };
  Id: number;
  /** Selections whose counters book no sales, sorted, each once. One that a slot with a product uses is refused. */
  IgnoredSelections: Array<Schemas["Selection"]>;
  Import: {
    id: Schemas["Id"];
    filename: string;
    state: Schemas["ImportState"];
    problem: string | null;
    kind: Schemas["NullableImportKind"];
    headers: Array<string>;
    columns: Record<string, string>;
    header_row: Schemas["NullableCount"];
    encoding: string | null;
    delimiter: string | null;
    decimal_sign: string | null;
    date_order: "day" | "month" | null;
    sheet: string | null;
    sheets: Array<string>;
    is_remembered: boolean;
    counts: Schemas["ImportCounts"];
    nouns: Record<string, Schemas["Count"]>;
    row_count: Schemas["Count"];
    job_id: Schemas["NullableId"];
    created_at: Schemas["Time"];
    ended_at: Schemas["NullableTime"];
    username: string;
    version: Schemas["Version"];
  };
  ImportCounts: {
    creates: Schemas["Count"];
    changes: Schemas["Count"];
    same: Schemas["Count"];
    repeated: Schemas["Count"];
    wrong: Schemas["Count"];
  };
  ImportField: { name: string; label: string; needed: boolean };
  ImportKind: { name: Schemas["ImportKindName"]; title: string; fields: Array<Schemas["ImportField"]> };
  ImportKindList: { items: Array<Schemas["ImportKind"]> };
  ImportKindName: "products" | "locations" | "devices" | "slots" | "sales" | "users";
  ImportList: { items: Array<Schemas["Import"]>; next_cursor: Schemas["NextCursor"] };
  ImportRow: {
    id: Schemas["Id"];
    line: number;
    cells: Array<string | number>;
    verdict: Schemas["ImportVerdict"];
    says: Array<string>;
  };
  ImportRowList: { items: Array<Schemas["ImportRow"]>; next_cursor: Schemas["NextCursor"] };
  ImportSales: { counted: Schemas["ImportSums"]; held: Schemas["ImportSums"] };
  ImportState: "reading" | "refused" | "ready" | "importing" | "done" | "taking_back" | "taken_back";
  ImportSums: {
    devices: Schemas["Count"];
    first_on: Schemas["NullableDate"];
    last_on: Schemas["NullableDate"];
    units: Schemas["Count"];
    amount_cents: Schemas["Cents"];
  };
  ImportVerdict: "creates" | "changes" | "same" | "repeated" | "wrong";
  Job: {
    id: Schemas["Id"];
    kind: Schemas["JobKind"];
    title: string;
    state: Schemas["JobState"];
    done: Schemas["Count"];
    total: Schemas["NullableCount"];
    sentence: string;
    attempts: Schemas["Count"];
    most_attempts: Schemas["Count"];
    run_after: Schemas["Time"];
    result: Record<string, any> | null;
    problem: (null | { title: string; detail: string });
    link: string | null;
    user_id: Schemas["NullableId"];
    username: string | null;
    schedule_id: Schemas["NullableId"];
    cancel_asked_at: Schemas["NullableTime"];
    created_at: Schemas["Time"];
    started_at: Schemas["NullableTime"];
    ended_at: Schemas["NullableTime"];
  };
  /** Jobs that have ended. */
  JobDays: number;
  JobKind: string;
  JobList: { items: Array<Schemas["Job"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  JobState: "queued" | "running" | "done" | "failed" | "cancelled";
  Jwks: {
    keys: Array<{ kty: "EC"; crv: "P-256"; x: string; y: string; kid: string; alg: "ES256"; use: "sig" }>;
  };
  /** Whether photos that are added from now on say where they were taken. */
  KeepsPhotoPlaces: boolean;
  KeptDays: number;
  /** When the slot was last counted, filled or reported; null while its quantity is unknown. */
  KnownAt: string | null;
  Label: {
    noun: Schemas["LabelNoun"];
    noun_id: Schemas["Id"];
    title: string;
    lines: Array<string>;
    url: string;
    modules: Array<string>;
  };
  LabelList: {
    items: Array<Schemas["Label"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
    address: string;
    is_only_here: boolean;
  };
  LabelNoun: "device" | "cabinet" | "location";
  LastPriceAnswer: {
    visit_id: Schemas["Id"];
    username: string;
    answered_at: Schemas["Time"];
    outcome: Schemas["PriceOutcome"];
    reason: (Schemas["PriceReason"] | null);
    notes: string;
  };
  Layout: {
    pattern: "letters" | "tens" | "blocks" | "hundreds" | "sequence";
    rows: number;
    columns: number;
    confidence: number;
  };
  /** The one rule for colours. A slot is low with a quarter of par or less, and where it lacks something and lasts less than two days. A device is as its worst slot. */
  LevelState: "unknown" | "sold_out" | "low" | "ok";
  /** What the machine calls by another name now, sorted by the new name; the books go on from the former one's counters. */
  LinkedSelections: Array<{ selection: Schemas["Selection"]; formerly: Schemas["Selection"] }>;
  ListLayout: {
    list_name: Schemas["ListName"];
    columns: Schemas["ViewColumns"];
    default_view_id: Schemas["NullableId"];
    views: Array<Schemas["SavedView"]>;
  };
  /** The page of a list. */
  ListName: "alerts" | "audit-log" | "devices" | "dex" | "locations" | "products" | "routes" | "service-orders" | "tickets" | "users";
  /** BCP 47. */
  Locale: string;
  Location: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    kind: Schemas["NullableLocationKind"];
    address: string;
    latitude: number | null;
    longitude: number | null;
    notes: Schemas["Text"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  /** What kind of place it is. Velocities are estimated from machines of the same type at the same kind of place. */
  LocationKind: "workplace" | "factory" | "education" | "healthcare" | "leisure" | "hotel" | "transport" | "retail" | "residential" | "public" | "other";
  LocationList: { items: Array<Schemas["Location"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  /** Margin that is lost a day, in minor units: units a day x (price - cost) of what is sold out, by estimate too. Null where no quantity is known. */
  LostCents: number | null;
  /** What would have been sold while known sold out: days out x velocity in stock of the 28 days before (domain/planning/lost.py). */
  LostUnits: number | null;
  /** Slots that lose money and whose product has no cost; the whole price counts there. */
  LostWithoutCost: number;
  /** The mean of up to 200 other machines in use whose intervals span 14 days at least, the newest of them. */
  MachineKind: {
    basis: "type_and_location" | "type";
    machines: Schemas["Count"];
    units_per_day: number;
    cents_per_day: Schemas["Cents"];
    lost_cents_per_day: number | null;
    units_percent: number | null;
    cents_percent: number | null;
  };
  MailServer: { host: string | null; mail_from: string | null; to: string | null };
  MapOrder: {
    id: Schemas["Id"];
    route_id: Schemas["NullableId"];
    route_name: string | null;
    driver_id: Schemas["NullableId"];
    driver_name: string | null;
    status: Schemas["ServiceOrderStatus"];
    scheduled_on: Schemas["NullableDate"];
    units: Schemas["Count"];
    device_ids: Array<Schemas["Id"]>;
    done_device_ids: Array<Schemas["Id"]>;
  };
  MapOrderList: { items: Array<Schemas["MapOrder"]>; more: boolean };
  MapPoints: {
    locations: {
      id: Array<Schemas["Id"]>;
      name: Array<Schemas["Name"]>;
      latitude: Array<number | null>;
      longitude: Array<number | null>;
    };
    devices: {
      id: Array<Schemas["Id"]>;
      asset: Array<string>;
      name: Array<string>;
      location_id: Array<Schemas["NullableId"]>;
      route_id: Array<Schemas["NullableId"]>;
      state: Array<Schemas["LevelState"]>;
      estimated_stock_slots: Array<Schemas["EstimatedStock"]>;
    };
  };
  MassChange: {
    id: Schemas["Id"];
    noun: Schemas["MassNoun"];
    kind: string;
    field: Schemas["MassField"];
    target: string | null;
    changed_rows: Schemas["Count"];
    user_id: Schemas["NullableId"];
    username: string;
    changed_at: Schemas["Time"];
    undone_at: Schemas["NullableTime"];
    undo_until: Schemas["Time"];
  };
  MassChangeList: {
    items: Array<Schemas["MassChange"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  MassChangePartList: { items: Array<Schemas["MassPart"]>; next_cursor: Schemas["NextCursor"] };
  MassChangePreview: {
    noun: Schemas["MassNoun"];
    field: Schemas["MassField"];
    selected: Schemas["Count"];
    changed: Schemas["Count"];
    unchanged: Schemas["Count"];
    refused: Schemas["Count"];
    sentences: Array<string>;
    refusals: Array<{ reason: string; count: Schemas["Count"]; names: Array<string> }>;
    parts: Array<Schemas["MassPart"]>;
    digest: string;
  };
  MassField: "route" | "location" | "device_type" | "archived" | "price_cents" | "category" | "driver_id" | "par_level" | "capacity" | "product" | "arrangement";
  /** The filters of the list by their names; one that the list does not have is refused. */
  MassFilter: {
    q?: string;
    archived?: boolean;
    route_id?: Schemas["Id"];
    location_id?: Schemas["Id"];
    product_id?: Schemas["Id"];
    category?: string;
    driver_id?: Schemas["Id"];
  };
  MassFiltered: { filter: Schemas["MassFilter"] };
  MassIds: { ids: Array<Schemas["Id"]> };
  MassNoun: "device" | "product" | "route" | "slot";
  MassPart: { id: Schemas["Id"]; name: string; from: Schemas["MassValue"]; to: Schemas["MassValue"] };
  /** The rows: by their ids, or all that a list finds by its own filters. Of a change of slots they are devices. */
  MassSelection: (Schemas["MassIds"] | Schemas["MassFiltered"]);
  /** What a row is or becomes, by `field`: a name, an amount in minor units, a number, an id, whether it is archived. */
  MassValue: string | number | boolean | null;
  Me: {
    id: Schemas["Id"];
    username: Schemas["Username"];
    display_name: Schemas["Name"];
    email: Schemas["NullableName"];
    role: Schemas["Role"];
    disabled_at: Schemas["NullableTime"];
    erased_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    password_change_due: boolean;
    api_keys: number;
    second_factor: boolean;
    authenticator_app: boolean;
    passkeys: number;
    linked_at: Schemas["NullableTime"];
    second_factor_due: boolean;
    operations: Array<string>;
  };
  Name: string;
  /** What becomes of the rows. `device_…` are of devices, `product_…` of products, `route_…` of routes, `slot_…` of the slots of devices that hold a product, `slot_layout` of all slots. */
  NamedMassChange: (Schemas["DeviceRouteChange"] | Schemas["DeviceLocationChange"] | Schemas["DeviceTypeChange"] | Schemas["ArchivedChange"] | Schemas["ProductPriceChange"] | Schemas["ProductCategoryChange"] | Schemas["RouteDriverChange"] | Schemas["SlotPriceChange"] | Schemas["SlotParChange"] | Schemas["SlotCapacityChange"] | Schemas["SlotProductChange"] | Schemas["SlotLayoutChange"]);
  NewApiKey: {
    id: Schemas["Id"];
    name: string;
    prefix: string;
    scopes: Array<Schemas["Scope"]>;
    created_at: Schemas["Time"];
    expires_at: Schemas["Time"];
    last_used_at: Schemas["NullableTime"];
    last_address: string;
    key: string;
  };
  NewPasskey: { passkey: Schemas["Passkey"]; recovery_codes: Array<string> };
  NewPassword: string;
  /** Null on the last page. */
  NextCursor: string | null;
  /** Minor units, as in Cents. */
  NullableCents: number | null;
  NullableCount: number | null;
  NullableDate: string | null;
  NullableId: number | null;
  NullableImportKind: "products" | "locations" | "devices" | "slots" | "sales" | "users" | null;
  NullableLocationKind: "workplace" | "factory" | "education" | "healthcare" | "leisure" | "hotel" | "transport" | "retail" | "residential" | "public" | "other" | null;
  NullableName: string | null;
  NullableNumber: number | null;
  /** Of one unit, in minor units, as in Cents. */
  NullablePrice: number | null;
  NullableQuantity: number | null;
  NullableSelection: string | null;
  NullableText: string | null;
  NullableTime: string | null;
  /** In the operator's time zone; null: all day. */
  NullableTimeOfDay: string | null;
  NullableVelocityBasis: "measured" | "visits" | "similar" | "fleet" | null;
  /** Only the slots that hold this product. */
  OnlyProduct: number;
  /** To fill, slots are loaded up to par; to count or to repair, nothing is. */
  OrderPurpose: "fill" | "count" | "repair";
  Passkey: {
    id: Schemas["Id"];
    name: string;
    rp_id: string;
    created_at: Schemas["Time"];
    last_used_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  PasskeyList: { items: Array<Schemas["Passkey"]> };
  PasskeyName: string;
  PasskeyOffer: { origin: string; problem: string | null; in_use: boolean };
  PastCount: {
    setting: "dex_content_days" | "quarantined_file_days" | "dex_batch_days" | "job_days" | "ticket_days" | "webhook_delivery_days";
    count: Schemas["Count"];
    more: boolean;
  };
  PickList: {
    service_order_id: Schemas["Id"];
    route_name: string | null;
    driver_name: string | null;
    scheduled_on: Schemas["NullableDate"];
    purpose: Schemas["OrderPurpose"];
    items: Array<Schemas["PickListItem"]>;
    units: Schemas["Count"];
    unknown_cabinets: Array<{
      cabinet_id: Schemas["Id"];
      asset: string;
      position: number;
      unknown_slots: Schemas["Count"];
      units_at_most: number;
    }>;
  };
  PickListItem: {
    product_id: Schemas["Id"];
    name: string;
    category: string;
    quantity: Schemas["Count"];
    estimated_units: number;
    case_size: number;
    archived_at: Schemas["NullableTime"];
  };
  /** What can be planned; prices, and another product in place of one. */
  PlannableChange: (Schemas["ProductPriceChange"] | Schemas["SlotPriceChange"] | Schemas["SlotProductChange"]);
  PlannedChange: {
    id: Schemas["Id"];
    kind: "product_price" | "slot_price" | "slot_product";
    change: Schemas["PlannableChange"];
    selected_rows: number;
    target: string | null;
    from_on: Schemas["Date"];
    user_id: Schemas["NullableId"];
    username: string;
    planned_at: Schemas["Time"];
    state: "planned" | "done" | "failed" | "cancelled";
    ended_at: Schemas["NullableTime"];
    mass_change_id: Schemas["NullableId"];
    problem: string | null;
  };
  PlannedChangeList: {
    items: Array<Schemas["PlannedChange"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  Planogram: {
    cabinet_id: Schemas["Id"];
    device_id: Schemas["Id"];
    rows: number;
    columns: number;
    version: Schemas["Version"];
    slots: Array<Schemas["Slot"]>;
  };
  PlanogramChange: {
    id: Schemas["Id"];
    slot_id: Schemas["Id"];
    label: string;
    user_id: Schemas["NullableId"];
    username: string;
    changed_at: Schemas["Time"];
    changes: Array<{ field: string; from: string | number | null; to: string | number | null }>;
  };
  PlanogramChangeList: { items: Array<Schemas["PlanogramChange"]>; next_cursor: Schemas["NextCursor"] };
  PlanogramProposal: {
    cabinet_id: Schemas["Id"];
    dex_read_id: Schemas["Id"];
    layout: Schemas["Layout"];
    slots: Array<{
      slot_id: Schemas["Id"];
      label: string;
      selection: string;
      price_cents: Schemas["NullablePrice"];
      product_id: Schemas["NullableId"];
      product_name: string | null;
      capacity: Schemas["NullableQuantity"];
      par_level: Schemas["NullableQuantity"];
      guessed: Array<string>;
    }>;
    unplaced: Array<string>;
  };
  /** Of one unit, in minor units, as in Cents. */
  Price: number;
  PriceAdded: { add_cents: number; step_cents?: Schemas["PriceStep"] };
  /** What was done about prices that differ from the machine's; a slot that is not named stays as open as it was. */
  PriceAnswers: Array<{
    slot_id: Schemas["Id"];
    price_cents: Schemas["Price"];
    outcome: Schemas["PriceOutcome"];
    reason?: Schemas["PriceReason"];
    notes?: string;
  }>;
  /** A slot of which the machine asks another price, at its last DEX read, than CVD wants. It is gone with the first one that reports the wanted price. */
  PriceDifference: {
    cabinet_id: Schemas["Id"];
    slot_id: Schemas["Id"];
    selection: string;
    label: string;
    product_id: Schemas["Id"];
    product_name: string;
    price_cents: Schemas["Price"];
    machine_price_cents: Schemas["Price"];
    read_at: Schemas["Time"];
    lost_cents_per_day: number | null;
    answer: (Schemas["LastPriceAnswer"] | null);
    is_to_do: boolean;
  };
  PriceOutcome: "done" | "not_done";
  /** Nobody there has the code or key to set prices; the machine did not take it; no time; another reason, which notes say. */
  PriceReason: "no_code" | "refused" | "no_time" | "other";
  PriceScaled: { percent: number; step_cents?: Schemas["PriceStep"] };
  PriceSet: { set_cents: Schemas["Price"] };
  /** 1 where it is left out. */
  PriceStep: number;
  /** Of sold_out_slots, those that are sold out by estimate only. */
  ProbablySoldOut: number;
  Problem: {
    type: string;
    title: string;
    status: number;
    detail: string;
    request_id: string;
    trace_id?: string;
    errors?: Array<{ pointer: string; message: string; may_confirm?: boolean }>;
    current?: Record<string, any>;
    passkeys?: Array<Schemas["Credential"]>;
    authenticator_app?: boolean;
  };
  Product: {
    id: Schemas["Id"];
    sku: string | null;
    name: Schemas["Name"];
    category: string;
    price_cents: Schemas["Price"];
    cost_cents: Schemas["NullablePrice"];
    case_size: number;
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  ProductCategoryChange: { kind: "product_category"; category: string };
  ProductEvent: {
    product_id: Schemas["Id"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    sku?: string | null;
    name?: string;
    category?: string;
    price_cents?: number;
    cost_cents?: number | null;
    case_size?: number;
  };
  ProductList: { items: Array<Schemas["Product"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  ProductOverview: {
    product: Schemas["Product"];
    machines: Schemas["Count"];
    slots: Schemas["Count"];
    units: number;
    par_level: number;
    unknown_slots: Schemas["Count"];
    sold_out_slots: Schemas["Count"];
    selling_out_slots: number;
    units_per_day: Schemas["NullableNumber"];
    days_of_inventory: number | null;
    estimated_slots: number;
    off_list_slots: number;
    off_machine_slots: number;
    sales: {
      days: Array<Schemas["DayFigure"]>;
      total: Schemas["ProductSold"];
      previous_from: Schemas["Date"];
      previous_to: Schemas["Date"];
      previous_total: Schemas["ProductSold"];
    } | null;
  };
  /** The list price. Slots that have a price of their own keep it. */
  ProductPriceChange: { kind: "product_price"; price: Schemas["Repricing"] };
  ProductSlot: {
    slot_id: Schemas["Id"];
    cabinet_id: Schemas["Id"];
    cabinet_position: number;
    device_id: Schemas["Id"];
    asset: string;
    device_name: string;
    location_name: string | null;
    label: string;
    selection: string | null;
    capacity: Schemas["Quantity"];
    par_level: Schemas["Quantity"];
    quantity: Schemas["NullableQuantity"];
    estimated_quantity: Schemas["EstimatedQuantity"];
    known_at: Schemas["KnownAt"];
    price_cents: Schemas["NullablePrice"];
    machine_price_cents: Schemas["NullablePrice"];
    units_per_day: Schemas["NullableNumber"];
    units_per_day_basis: Schemas["NullableVelocityBasis"];
    days_of_inventory: Schemas["NullableNumber"];
    sells_out_at: Schemas["NullableTime"];
  };
  ProductSlotChange: {
    id: Schemas["Id"];
    product_id: Schemas["Id"];
    device_id: Schemas["Id"];
    kind: Schemas["SlotChangeKind"];
    slots: Array<Schemas["Id"]>;
    username: string;
    changed_at: Schemas["Time"];
    undone_at: Schemas["NullableTime"];
    skipped: Array<Schemas["SlotChangeItem"]>;
  };
  ProductSlotList: {
    items: Array<Schemas["ProductSlot"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  ProductSold: { units: Schemas["Cents"]; amount_cents: Schemas["Cents"] };
  Provider: { name: string | null; problem: string | null };
  Quantity: number;
  QuarantinedFile: {
    id: Schemas["Id"];
    filename: string;
    received_at: Schemas["Time"];
    size: number;
    sha256: string;
    line: number;
    reason: string;
  };
  /** Files that could not be read as DEX; null: until there are too many. */
  QuarantinedFileDays: number | null;
  QuarantinedFileList: { items: Array<Schemas["QuarantinedFile"]>; next_cursor: Schemas["NextCursor"] };
  Readiness: { status: "ok"; checking: boolean };
  Reason: string;
  /** What its selections counted since the read before, against the machine's own total; null for a baseline. */
  Reconciliation: {
    booked_units: Schemas["Count"];
    booked_cents: Schemas["Cents"];
    counted_units: number;
    counted_cents: Schemas["Cents"];
    machine_units: number | null;
    machine_cents: Schemas["NullableCents"];
    payments_cents: number | null;
    difference_units: number | null;
    usual_share: number | null;
    unbooked_units: number;
    unbooked_cents: number;
    sentence: string;
    renamed: Array<{ formerly: string; selection: string; units: Schemas["Count"] }>;
  };
  RecurringDay: {
    recurring_visit_id: Schemas["Id"];
    name: Schemas["Name"];
    day: Schemas["Date"];
    on: Schemas["Date"];
    state: "planned" | "left_out" | "missed";
    route_id: Schemas["NullableId"];
    route_name: Schemas["NullableName"];
    driver_id: Schemas["NullableId"];
    driver_name: string | null;
    problem: Schemas["NullableText"];
  };
  RecurringDayList: { items: Array<Schemas["RecurringDay"]>; more: boolean };
  /** The machines; without one, all that are on the route on the day. */
  RecurringDeviceIds: Array<Schemas["Id"]>;
  RecurringVisit: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    route_id: Schemas["NullableId"];
    route_name: Schemas["NullableName"];
    devices: Array<{ id: Schemas["Id"]; asset: string; name: string }>;
    driver_id: Schemas["NullableId"];
    driver_name: string | null;
    purpose: Schemas["OrderPurpose"];
    notes: Schemas["Text"];
    starts_on: Schemas["Date"];
    ends_on: Schemas["NullableDate"];
    every_weeks: Schemas["EveryWeeks"];
    weekdays: Schemas["RecurringWeekdays"];
    days_ahead: Schemas["DaysAhead"];
    next_on: Schemas["NullableDate"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  RecurringVisitList: {
    items: Array<Schemas["RecurringVisit"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  /** 1 is Monday, 15 is Monday and Friday. */
  RecurringWeekdays: string;
  /** A price to set, an amount or percents to add. What is added to is the slot's own price, else the list price; the sum is rounded to a multiple of `step_cents`, a half up. */
  Repricing: (Schemas["PriceSet"] | Schemas["PriceAdded"] | Schemas["PriceScaled"]);
  /** A number of units, or percents of what it is (120 is a fifth more), a half up. */
  Resizing: (Schemas["SizeSet"] | Schemas["SizeScaled"]);
  Retention: {
    dex_content_days: Schemas["DexContentDays"];
    quarantined_file_days: Schemas["QuarantinedFileDays"];
    dex_batch_days: Schemas["DexBatchDays"];
    job_days: Schemas["JobDays"];
    webhook_delivery_days: Schemas["WebhookDeliveryDays"];
    ticket_days: Schemas["TicketDays"];
    keeps_photo_places: Schemas["KeepsPhotoPlaces"];
    version: Schemas["Version"];
  };
  Role: "admin" | "manager" | "driver" | "viewer";
  Route: {
    id: Schemas["Id"];
    name: Schemas["Name"];
    driver_id: Schemas["NullableId"];
    driver_name: Schemas["NullableName"];
    devices: Schemas["Count"];
    archived_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  RouteDriverChange: { kind: "route_driver"; driver_id: Schemas["NullableId"] };
  RouteList: { items: Array<Schemas["Route"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  Sales: {
    items: Array<{
      key: string;
      label: string;
      units: Schemas["NullableCents"];
      amount_cents: Schemas["NullableCents"];
      lost_units: Schemas["LostUnits"];
      lost_cents: Schemas["NullableCents"];
      sku?: string | null;
      cost_cents?: number | null;
      margin_cents?: number | null;
      read?: boolean;
      days?: number;
    }>;
    next_cursor: Schemas["NextCursor"];
    total: {
      units: Schemas["Cents"];
      amount_cents: Schemas["Cents"];
      lost_units: number;
      lost_cents: Schemas["Cents"];
    };
  };
  SalesCoverage: { devices: number; not_read: number; days: number; opened_at: Schemas["NullableTime"] };
  SavedView: {
    id: Schemas["Id"];
    list_name: Schemas["ListName"];
    name: Schemas["ViewName"];
    params: Record<string, string>;
    columns: Schemas["ViewColumns"];
    shared: Schemas["ViewShared"];
    mine: boolean;
    owner_name: string;
    may_change: boolean;
    pinned: boolean;
    version: Schemas["Version"];
  };
  SavedViewList: { items: Array<Schemas["SavedView"]> };
  Schedule: {
    id: Schemas["Id"];
    kind: Schemas["JobKind"];
    title: string;
    daily_at: string | null;
    every_minutes: number | null;
    switched_on: boolean;
    next_at: Schemas["NullableTime"];
    last_job_id: Schemas["NullableId"];
    last_state: (null | Schemas["JobState"]);
    last_started_at: Schemas["NullableTime"];
    last_ended_at: Schemas["NullableTime"];
    last_problem: string | null;
    version: Schemas["Version"];
  };
  /** What a key may do, as far as the role may: `fleet:read`, or `dex:push` to send DEX reads and nothing else. Each operation states those that open it as `x-scopes`. */
  Scope: string;
  SearchHits: {
    items: Array<{
      noun: "device" | "product" | "location" | "route" | "user" | "ticket" | "service_order";
      id: Schemas["Id"];
      title: string;
      name: string | null;
      detail: string | null;
      status: string | null;
      scheduled_on: Schemas["NullableDate"];
      edits: Schemas["Count"];
      rank: Schemas["Count"];
    }>;
  };
  SecondFactor: { since: Schemas["NullableTime"]; recovery_codes_left: number };
  Selection: string;
  Serial: string | null;
  ServiceOrder: {
    id: Schemas["Id"];
    route_id: Schemas["NullableId"];
    route_name: string | null;
    driver_id: Schemas["NullableId"];
    driver_name: string | null;
    status: Schemas["ServiceOrderStatus"];
    purpose: Schemas["OrderPurpose"];
    origin: "planned" | "unplanned";
    scheduled_on: Schemas["NullableDate"];
    notes: string;
    units: Schemas["Count"];
    created_at: Schemas["Time"];
    cancelled_at: Schemas["NullableTime"];
    cancellation_reason: string | null;
    warnings: Array<string>;
    version: Schemas["Version"];
    cabinets: Array<{
      cabinet_id: Schemas["Id"];
      device_id: Schemas["Id"];
      asset: string;
      device_name: string;
      location_name: string | null;
      address: string | null;
      location_notes: string | null;
      latitude: number | null;
      longitude: number | null;
      position: number;
      stale_at: Schemas["NullableTime"];
      skip: (Schemas["Skip"] | null);
      other_orders: Array<{ service_order_id: Schemas["Id"]; scheduled_on: Schemas["NullableDate"] }>;
      visited_at: Schemas["NullableTime"];
      items: Array<{
        slot_id: Schemas["Id"];
        label: string;
        selection: string | null;
        product_id: Schemas["Id"];
        product_name: string;
        product_archived_at: Schemas["NullableTime"];
        quantity: Schemas["Count"];
        known_at: string | null;
      }>;
      price_differences: Array<Schemas["PriceDifference"]>;
      visits: Array<Schemas["Visit"]>;
    }>;
  };
  ServiceOrderEvent: {
    service_order_id: Schemas["Id"];
    status: "planned" | "in_progress" | "completed" | "cancelled";
    route_id: Schemas["NullableId"];
    driver_id: Schemas["NullableId"];
    scheduled_on: Schemas["NullableDate"];
    purpose?: Schemas["OrderPurpose"];
    units?: number;
    notes?: string;
    cancellation_reason?: string | null;
  };
  ServiceOrderList: {
    items: Array<Schemas["ServiceOrderSummary"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  ServiceOrderPreview: {
    cabinets: Array<{
      cabinet_id: Schemas["Id"];
      items: Array<{
        slot_id: Schemas["Id"];
        product_id: Schemas["Id"];
        quantity: Schemas["Count"];
        estimated_quantity: Schemas["EstimatedQuantity"];
        known_at: string | null;
      }>;
      unknown_slots: Array<{ slot_id: Schemas["Id"]; label: string; product_id: Schemas["Id"]; par_level: Schemas["Quantity"] }>;
    }>;
    pick_list: Array<Schemas["PickListItem"]>;
    units: Schemas["Count"];
    warnings: Array<string>;
    in_open_orders: Array<{
      cabinet_id: Schemas["Id"];
      asset: string;
      position: number;
      service_order_id: Schemas["Id"];
      scheduled_on: Schemas["NullableDate"];
    }>;
  };
  ServiceOrderStatus: "planned" | "in_progress" | "completed" | "cancelled";
  ServiceOrderSummary: {
    id: Schemas["Id"];
    route_id: Schemas["NullableId"];
    route_name: string | null;
    driver_id: Schemas["NullableId"];
    driver_name: string | null;
    status: Schemas["ServiceOrderStatus"];
    purpose: Schemas["OrderPurpose"];
    origin: "planned" | "unplanned";
    scheduled_on: Schemas["NullableDate"];
    notes: string;
    units: Schemas["Count"];
    created_at: Schemas["Time"];
    cabinets: Schemas["Count"];
    cabinets_visited: Schemas["Count"];
    cabinets_skipped: Schemas["Count"];
    version: Schemas["Version"];
  };
  Session: {
    id: Schemas["Id"];
    device: string;
    address: string;
    opened_at: Schemas["Time"];
    last_used_at: Schemas["Time"];
    is_this: boolean;
  };
  SessionList: { items: Array<Schemas["Session"]> };
  Settings: {
    company: string;
    currency: Schemas["Currency"];
    currency_decimals: Schemas["CurrencyDecimals"];
    time_zone: Schemas["TimeZone"];
    locale: Schemas["Locale"];
    version: Schemas["Version"];
  };
  SetupState: {
    needed: boolean;
    defaults: (null | {
      company: string;
      currency: string;
      time_zone: string;
      locale: string;
      stated: Array<"company" | "currency" | "time_zone" | "locale">;
      time_zones: Array<string>;
      example_available: boolean;
    });
  };
  Shrinkage: {
    items: Array<{
      noun_id: Schemas["NullableId"];
      label: string | null;
      missing: Schemas["Count"];
      surplus: Schemas["Count"];
      value_cents: number;
    }>;
    total: Schemas["Shrunk"];
  };
  Shrunk: { missing: Schemas["Count"]; surplus: Schemas["Count"]; value_cents: number };
  SignInRules: { second_factor_roles: Array<Schemas["Role"]>; version: Schemas["Version"] };
  SizeScaled: { scale_percent: number };
  SizeSet: { set: number };
  Skip: {
    id: Schemas["Id"];
    username: string;
    reason: Schemas["SkipReason"];
    notes: string;
    skipped_at: Schemas["Time"];
  };
  SkipReason: "closed" | "no_access" | "out_of_order" | "no_time" | "other";
  Slot: {
    id: Schemas["Id"];
    row: number;
    column: number;
    label: string;
    selection: string | null;
    product_id: Schemas["NullableId"];
    product_name: string | null;
    product_archived_at: Schemas["NullableTime"];
    sells_out_at: string | null;
    capacity: Schemas["Quantity"];
    par_level: Schemas["Quantity"];
    price_cents: Schemas["NullablePrice"];
    quantity: Schemas["NullableQuantity"];
    estimated_quantity: Schemas["EstimatedQuantity"];
    known_at: Schemas["KnownAt"];
    state: "unknown" | "sold_out" | "low" | "ok" | null;
    lost_cents_per_day: Schemas["Count"];
    units_per_day: Schemas["NullableNumber"];
    units_per_day_basis: Schemas["NullableVelocityBasis"];
    list_price_cents: number | null;
    machine_price_cents: Schemas["NullablePrice"];
    reported_as: string | null;
  };
  SlotCapacityChange: {
    kind: "slot_capacity";
    amount: Schemas["Resizing"];
    scales_par?: boolean;
    product_id?: Schemas["OnlyProduct"];
  };
  SlotChange: {
    id: Schemas["Id"];
    label?: string;
    selection?: Schemas["NullableSelection"];
    product_id?: Schemas["NullableId"];
    capacity?: number;
    par_level?: number;
    price_cents?: Schemas["NullablePrice"];
    quantity?: number;
    sells_out?: boolean;
  };
  SlotChangeItem: {
    slot_id: Schemas["Id"];
    device_id: Schemas["Id"];
    asset: string;
    label: string;
    selection: string | null;
    quantity: Schemas["NullableQuantity"];
    price_cents: Schemas["NullablePrice"];
    new_price_cents: Schemas["NullablePrice"];
    refused: string | null;
  };
  /** replace needs replacement_id (price_cents null keeps the slot's price), price needs price_cents. */
  SlotChangeKind: "replace" | "sell_out" | "refill" | "price";
  SlotChangePreview: {
    machines: Schemas["Count"];
    slots: number;
    units_inside: number;
    unknown_slots: Schemas["Count"];
    open_orders: number;
    items: Array<Schemas["SlotChangeItem"]>;
  };
  /** The slots become as those of one device: product, price, capacity and par level. Cabinets of another size are left alone. */
  SlotLayoutChange: { kind: "slot_layout"; device_id: Schemas["Id"] };
  SlotMetrics: {
    slot_id: Schemas["Id"];
    cabinet_id: Schemas["Id"];
    label: string;
    selection: string | null;
    product_id: Schemas["NullableId"];
    product_name: string | null;
    product_archived_at: Schemas["NullableTime"];
    sells_out_at: string | null;
    capacity: Schemas["Quantity"];
    par_level: Schemas["Quantity"];
    quantity: Schemas["NullableQuantity"];
    units_per_day: Schemas["NullableNumber"];
    units_per_day_basis: Schemas["NullableVelocityBasis"];
    days_of_inventory: Schemas["NullableNumber"];
    state: Schemas["LevelState"];
    sold_out: boolean;
    lost_cents_per_day: Schemas["Count"];
    lost_without_cost: boolean;
    estimated_quantity: Schemas["EstimatedQuantity"];
    known_at: Schemas["KnownAt"];
    units_to_par: Schemas["NullableCount"];
  };
  /** Par never exceeds what fits, and stays at least 1 where it was. */
  SlotParChange: { kind: "slot_par"; amount: Schemas["Resizing"]; product_id?: Schemas["OnlyProduct"] };
  SlotPriceChange: { kind: "slot_price"; price: Schemas["Repricing"]; product_id?: Schemas["OnlyProduct"] };
  /** Another product in the slots that hold one, from now on. */
  SlotProductChange: {
    kind: "slot_product";
    product_id: Schemas["Id"];
    replacement_id: Schemas["Id"];
    price_cents?: Schemas["NullablePrice"];
  };
  /** The oldest fact that an estimate of the stock starts from; null where none is an estimate. */
  StockKnownAt: string | null;
  StockMove: {
    id: Schemas["Id"];
    reason: "sale" | "fill" | "removal" | "count" | "planogram" | "reversal" | "unexplained";
    quantity: number;
    balance: number;
    occurred_at: Schemas["Time"];
    recorded_at: Schemas["Time"];
    product_id: Schemas["NullableId"];
    source: { kind: "dex_read" | "planogram" | "visit"; id: Schemas["Id"] };
  };
  StockMoveList: { items: Array<Schemas["StockMove"]>; next_cursor: Schemas["NextCursor"] };
  Text: string;
  Ticket: {
    id: Schemas["Id"];
    kind: Schemas["TicketKind"];
    status: Schemas["TicketStatus"];
    text: Schemas["TicketText"];
    device_id: Schemas["NullableId"];
    asset: string | null;
    location_id: Schemas["NullableId"];
    location_name: string | null;
    service_order_id: Schemas["NullableId"];
    due_on: Schemas["NullableDate"];
    assignee_id: Schemas["NullableId"];
    assignee_name: string | null;
    down_since: Schemas["NullableTime"];
    up_since: Schemas["NullableTime"];
    code: string | null;
    seen_count: Schemas["Count"];
    first_seen_at: Schemas["NullableTime"];
    last_seen_at: Schemas["NullableTime"];
    over_at: Schemas["NullableTime"];
    user_id: Schemas["NullableId"];
    username: string | null;
    created_at: Schemas["Time"];
    done_at: Schemas["NullableTime"];
    version: Schemas["Version"];
  };
  TicketAssignees: {
    items: Array<{ id: Schemas["Id"]; username: string; display_name: string; role: "admin" | "manager" | "driver" }>;
  };
  /** Tickets that are done, with their photos and the outages that they tell of; null: for ever. Notes stay. */
  TicketDays: number | null;
  TicketEntry: {
    id: Schemas["Id"];
    ticket_id: Schemas["Id"];
    text: string;
    changes: Array<{ field: Schemas["TicketField"]; from: string | null; to: string | null }>;
    username: string;
    created_at: Schemas["Time"];
  };
  TicketEntryList: { items: Array<Schemas["TicketEntry"]>; next_cursor: Schemas["NextCursor"] };
  TicketField: "status" | "kind" | "text" | "due_on" | "assignee_name" | "down_since" | "up_since";
  /** A note is only to be known, a task is to be done; the others say that something is wrong. */
  TicketKind: "note" | "task" | "fault" | "damage" | "complaint" | "other";
  TicketList: { items: Array<Schemas["Ticket"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  /** A note is noted. */
  TicketStatus: "noted" | "open" | "in_progress" | "done";
  TicketText: string;
  Time: string;
  TimeOfDay: string;
  /** IANA name; an unknown one is refused. */
  TimeZone: string;
  TokenFamily: {
    id: Schemas["Id"];
    name: string;
    prefix: string;
    scopes: Array<Schemas["Scope"]>;
    created_at: Schemas["Time"];
    expires_at: Schemas["Time"];
    last_used_at: Schemas["Time"];
    last_address: string;
  };
  TokenFamilyList: { items: Array<Schemas["TokenFamily"]> };
  Tokens: {
    access_token: string;
    token_type: "Bearer";
    expires_in: number;
    refresh_token: string;
    refresh_expires_at: Schemas["Time"];
    scopes: Array<Schemas["Scope"]>;
  };
  /** The rows of all pages, where that was asked for. */
  Total: { count: Schemas["Count"]; more: boolean };
  /** When it sold again; null while it is down. Not before it was down, not later than now. */
  UpSince: string | null;
  User: {
    id: Schemas["Id"];
    username: Schemas["Username"];
    display_name: Schemas["Name"];
    email: Schemas["NullableName"];
    role: Schemas["Role"];
    disabled_at: Schemas["NullableTime"];
    erased_at: Schemas["NullableTime"];
    version: Schemas["Version"];
    password_change_due: boolean;
    api_keys: number;
    second_factor: boolean;
    authenticator_app: boolean;
    passkeys: number;
    linked_at: Schemas["NullableTime"];
  };
  UserList: { items: Array<Schemas["User"]>; next_cursor: Schemas["NextCursor"]; total?: Schemas["Total"] };
  Username: string;
  /** What units_per_day rests on, the slot's own sales by its DEX reads, what visits found and filled, or the mean of its product on similar machines or in the fleet. */
  VelocityBasis: "measured" | "visits" | "similar" | "fleet";
  /** Sent back with a change; a stale one is a conflict. */
  Version: number;
  /** The columns that are shown, in their order; null: those that the list has by itself. */
  ViewColumns: Array<string> | null;
  ViewName: string;
  /** What the address of the list says, by name: words, filters, order. */
  ViewParams: Record<string, string>;
  /** Whether everybody who may open the list has it. An administrator or a manager shares views, and changes those that are shared. */
  ViewShared: boolean;
  Visit: {
    id: Schemas["Id"];
    service_order_id: Schemas["Id"];
    service_order_status: Schemas["ServiceOrderStatus"];
    cabinet_id: Schemas["Id"];
    user_id: Schemas["NullableId"];
    username: string;
    notes: string;
    started_at: Schemas["NullableTime"];
    finished_at: Schemas["Time"];
    recorded_at: Schemas["Time"];
    reversed_at: Schemas["NullableTime"];
    reversal_reason: string | null;
    units_added: Schemas["Count"];
    fills: Array<{
      slot_id: Schemas["Id"];
      label: string;
      selection: string | null;
      product_id: Schemas["NullableId"];
      product_name: string | null;
      expected: number | null;
      counted: Schemas["NullableQuantity"];
      added: Schemas["Quantity"];
      removed: Schemas["Quantity"];
      removed_reason: string | null;
      difference: number;
    }>;
    price_answers: Array<{
      slot_id: Schemas["Id"];
      label: string;
      selection: string | null;
      price_cents: Schemas["Price"];
      outcome: Schemas["PriceOutcome"];
      reason: (Schemas["PriceReason"] | null);
      notes: string;
    }>;
  };
  VisitEvent: {
    visit_id: Schemas["Id"];
    service_order_id: Schemas["Id"];
    device_id: Schemas["Id"];
    cabinet_id: Schemas["Id"];
    finished_at: Schemas["Time"];
    reversed_at: Schemas["NullableTime"];
    units_added?: number;
    notes?: string;
    reversal_reason?: string | null;
  };
  Webhook: {
    id: Schemas["Id"];
    url: Schemas["WebhookUrl"];
    description: string;
    events: Array<Schemas["ChosenEvent"]>;
    detail: Schemas["WebhookDetail"];
    state: Schemas["WebhookState"];
    problem: string | null;
    waiting: Schemas["Count"];
    failed: Schemas["Count"];
    next_at: Schemas["NullableTime"];
    last_delivered_at: Schemas["NullableTime"];
    secret_before_until: Schemas["NullableTime"];
    created_at: Schemas["Time"];
    version: Schemas["Version"];
  };
  WebhookDelivery: {
    id: Schemas["Id"];
    webhook_id: Schemas["Id"];
    event_id: string;
    type: Schemas["EventType"];
    occurred_at: Schemas["Time"];
    state: Schemas["WebhookDeliveryState"];
    attempts: Schemas["Count"];
    next_at: Schemas["NullableTime"];
    last_at: Schemas["NullableTime"];
    status: number | null;
    duration_ms: Schemas["NullableCount"];
    answer: string | null;
    problem: string | null;
    body: string;
  };
  /** Deliveries of webhooks, from when it happened; also what a paused webhook could not send for so long. */
  WebhookDeliveryDays: number;
  WebhookDeliveryList: {
    items: Array<Schemas["WebhookDelivery"]>;
    next_cursor: Schemas["NextCursor"];
    total?: Schemas["Total"];
  };
  WebhookDeliveryState: "waiting" | "delivered" | "failed";
  /** What it is for. */
  WebhookDescription: string;
  /** What it may see: `references` are ids, states and times; `full` adds names, amounts and texts. */
  WebhookDetail: "references" | "full";
  WebhookEventType: {
    type: Schemas["EventType"];
    title: string;
    description: string;
    references: Record<string, any>;
    full: Record<string, any>;
  };
  /** `retrying`: the last try failed and the next is due at `next_at`. `paused`: it failed for three days; events wait. `disabled`: switched off, by a person or because the receiver answered 410. */
  WebhookState: "active" | "retrying" | "paused" | "disabled";
  WebhookTestEvent: { webhook_id: Schemas["Id"]; sentence?: string };
  /** Where deliveries are sent: http or https, without a name and password in it. */
  WebhookUrl: string;
  WebhookWithSecret: {
    id: Schemas["Id"];
    url: Schemas["WebhookUrl"];
    description: string;
    events: Array<Schemas["ChosenEvent"]>;
    detail: Schemas["WebhookDetail"];
    state: Schemas["WebhookState"];
    problem: string | null;
    waiting: Schemas["Count"];
    failed: Schemas["Count"];
    next_at: Schemas["NullableTime"];
    last_delivered_at: Schemas["NullableTime"];
    secret_before_until: Schemas["NullableTime"];
    created_at: Schemas["Time"];
    version: Schemas["Version"];
    secret: string;
  };
  /** When mails are sent: 1 is Monday, 12345 the working days. */
  Weekdays: string;
}

export interface Api {
  alert_rule_service: {
    /** A new rule. */
    create_alert_rule: Call<{
      name: Schemas["Name"];
      kind: Schemas["AlertKind"];
      threshold?: Schemas["AlertThreshold"];
      scope?: Schemas["AlertScope"];
      scope_id?: Schemas["NullableId"];
      location_kind?: Schemas["NullableLocationKind"];
      roles?: Schemas["AlertRoles"];
      user_ids?: Schemas["AlertUserIds"];
      weekdays?: Schemas["Weekdays"];
      from_time?: Schemas["NullableTimeOfDay"];
      until_time?: Schemas["NullableTimeOfDay"];
      email?: Schemas["AlertEmail"];
      switched_on?: boolean;
    }, Schemas["AlertRule"]>;
    /** One rule. */
    get_alert_rule: Call<{ alert_rule_id: Schemas["Id"] }, Schemas["AlertRule"]>;
    /** The rules by which alerts are opened. */
    list_alert_rules: Plain<{ archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["AlertRuleList"]>;
    /** How many alerts a rule would open now, and what they would cost a day. */
    preview_alert_rule: Call<{ kind: Schemas["AlertKind"]; threshold?: number | null; scope?: "all" | "route" | "location_kind" | "device" | null; scope_id?: Schemas["Id"] | null; location_kind?: Schemas["LocationKind"] | null }, Schemas["AlertRulePreview"]>;
    /** Change, switch or archive a rule. Alerts that no rule wants any more are resolved. */
    update_alert_rule: Call<{ alert_rule_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      threshold?: Schemas["AlertThreshold"];
      scope?: Schemas["AlertScope"];
      scope_id?: Schemas["NullableId"];
      location_kind?: Schemas["NullableLocationKind"];
      roles?: Schemas["AlertRoles"];
      user_ids?: Schemas["AlertUserIds"];
      weekdays?: Schemas["Weekdays"];
      from_time?: Schemas["NullableTimeOfDay"];
      until_time?: Schemas["NullableTimeOfDay"];
      email?: Schemas["AlertEmail"];
      switched_on?: boolean;
      archived?: boolean;
    }, Schemas["AlertRule"]>;
  };
  alert_service: {
    /** Say that somebody has seen it. It stays until what it was opened for holds no longer. */
    acknowledge_alert: Call<{ alert_id: Schemas["Id"] }, Schemas["Alert"]>;
    /** Say who sees to it, or nobody (null). */
    assign_alert: Call<{ alert_id: Schemas["Id"] } & { user_id: Schemas["NullableId"] }, Schemas["Alert"]>;
    /** One alert. */
    get_alert: Call<{ alert_id: Schemas["Id"] }, Schemas["Alert"]>;
    /** How many alerts are open, and what they cost a day. */
    get_alert_summary: Plain<{}, Schemas["AlertSummary"]>;
    /** Alerts in one state, those that cost most a day first. */
    list_alerts: Plain<{ state?: "open" | "snoozed" | "acknowledged" | "resolved" | null; kind?: Schemas["AlertKind"] | null; device_id?: Schemas["Id"] | null; mine?: boolean | null; sort?: "-lost_cents_per_day" | "-opened_at" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["AlertList"]>;
    /** Take an acknowledgement or a snooze back. */
    reopen_alert: Call<{ alert_id: Schemas["Id"] }, Schemas["Alert"]>;
    /** Let it rest until then; it is open again where it still holds. */
    snooze_alert: Call<{ alert_id: Schemas["Id"] } & { until: Schemas["Time"] }, Schemas["Alert"]>;
  };
  api_key_service: {
    /** A new key for a program; the answer shows it, once. Asks for the present password. */
    create_api_key: Call<{ name: string; scopes: Array<Schemas["Scope"]>; days: number; current_password: string }, Schemas["NewApiKey"]>;
    /** Revoke one of one's own keys, at once and for good. */
    delete_api_key: Call<{ api_key_id: Schemas["Id"] }, null>;
    /** Revoke a key of somebody, at once and for good. */
    delete_user_api_key: Call<{ user_id: Schemas["Id"]; api_key_id: Schemas["Id"] }, null>;
    /** The API keys of the person who asks, by name. */
    list_api_keys: Plain<{}, Schemas["ApiKeyList"]>;
    /** The scopes that a key of the person who asks can have. */
    list_scopes: Plain<{}, { items: Array<Schemas["Scope"]> }>;
    /** The API keys of somebody, by name. */
    list_user_api_keys: Call<{ user_id: Schemas["Id"] }, Schemas["ApiKeyList"]>;
  };
  archive_service: {
    /** Let a job write everything into one zip. */
    create_archive: Plain<{}, Schemas["Export"]>;
  };
  audit_service: {
    /** Walk the whole chain and compare its end with the kept head; names the first broken entry. */
    get_verification: Plain<{}, {
      ok: boolean;
      entries: number;
      redacted: number;
      seal: string;
      kept: (null | { entries: number; at: Schemas["Time"] });
      doubts: Array<string>;
      broken_id?: number;
      reason?: string;
    }>;
    /** Who did what, from what to what; newest first. */
    list_audit_entries: Plain<{ user_id?: Schemas["Id"] | null; noun?: string | null; noun_id?: Schemas["Id"] | null; action?: string | null; from?: Schemas["Date"] | null; to?: Schemas["Date"] | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["AuditEntryList"]>;
  };
  availability_service: {
    /** How much of a period machines were up, and each outage; those that were down, or one device. */
    list_availability: Call<{ from: Schemas["Date"]; to: Schemas["Date"]; device_id?: Schemas["Id"] | null; route_id?: Schemas["Id"] | null; limit?: number | null; cursor?: string | null }, Schemas["AvailabilityList"]>;
  };
  backup_service: {
    /** Whether backups are made, without a look at where they lie. */
    get_backup_state: Plain<{}, Schemas["BackupState"]>;
    /** The backups that are kept, newest first; each was verified when it was made. */
    list_backups: Plain<{}, Schemas["Backups"]>;
  };
  board_service: {
    /** The route board, a row per device with its metrics, worst first. */
    list_route_devices: Call<{ route_id: Schemas["Id"]; sort?: "need" | "-lost_cents_per_day" | "asset" | "days_of_inventory" | "product_level_percent" | "-units_to_par" | "-sold_out_slots" | "last_read_at" | null; limit?: number | null; cursor?: string | null }, Schemas["BoardRowList"]>;
  };
  cabinet_type_service: {
    /** A new cabinet type. */
    create_cabinet_type: Call<{ name: Schemas["Name"]; rows: number; columns: number }, Schemas["CabinetType"]>;
    /** One cabinet type. */
    get_cabinet_type: Call<{ cabinet_type_id: Schemas["Id"] }, Schemas["CabinetType"]>;
    /** The cabinet types. */
    list_cabinet_types: Plain<{ q?: string | null; limit?: number | null; cursor?: string | null }, Schemas["CabinetTypeList"]>;
    /** Rename a cabinet type; its grid is what cabinets were made by and stays. */
    update_cabinet_type: Call<{ cabinet_type_id: Schemas["Id"] } & { version: Schemas["Version"]; name?: Schemas["Name"] }, Schemas["CabinetType"]>;
  };
  calendar_service: {
    /** The orders of some days, open and completed ones, by day; a driver sees those assigned to them. */
    list_calendar_orders: Call<{ from: Schemas["Date"]; to: Schemas["Date"]; route_id?: Schemas["Id"] | null; driver_id?: Schemas["Id"] | null }, Schemas["CalendarOrderList"]>;
  };
  comparison_service: {
    /** Up to six machines side by side, with the mean of each one's kind; both days inclusive, local. */
    get_comparison: Call<{ device_ids: string; from: Schemas["Date"]; to: Schemas["Date"]; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["Comparison"]>;
  };
  contract_service: {
    /** The contract as a page to read and try; who is not signed in is asked to. */
    get_docs: Plain<{}, Blob>;
    /** This contract. */
    get_openapi: Plain<{}, Record<string, any>>;
  };
  count_difference_service: {
    /** Say that somebody looked at how a visit's counts differ from the books. */
    create_count_acknowledgement: Call<{ visit_id: Schemas["Id"] }, {
      visit_id: Schemas["Id"];
      missing: Schemas["Count"];
      surplus: Schemas["Count"];
      seen_at: Schemas["Time"];
    }>;
    /** Let a visit's differences be news again. */
    delete_count_acknowledgement: Call<{ visit_id: Schemas["Id"] }, null>;
    /** Missing and surplus units by device or product, most missing first (200 at most), and in all. */
    get_shrinkage: Call<{ group_by: "device" | "product"; from: Schemas["Date"]; to: Schemas["Date"] }, Schemas["Shrinkage"]>;
    /** What visits counted that neither sales nor fills explain, slot by slot, newest first; as the books are known now. */
    list_count_differences: Call<{ from: Schemas["Date"]; to: Schemas["Date"]; device_id?: Schemas["Id"] | null; product_id?: Schemas["Id"] | null; unseen?: boolean | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["CountDifferenceList"]>;
  };
  dashboard_service: {
    /** The figures of the home page. */
    get_dashboard: Plain<{}, Schemas["Dashboard"]>;
  };
  device_history_service: {
    /** What happened at a device, newest first; its visits, what its DEX reads told of faults, its tickets and notes, and where it was moved. */
    list_device_history: Call<{ device_id: Schemas["Id"]; limit?: number | null; cursor?: string | null }, Schemas["DeviceHistory"]>;
  };
  device_service: {
    /** One more cabinet, with an empty planogram. */
    create_cabinet: Call<{ device_id: Schemas["Id"] } & { cabinet_type_id: Schemas["Id"] }, Schemas["Device"]>;
    /** A new device with its cabinets and their empty planograms. */
    create_device: Call<{
      asset: Schemas["Asset"];
      name?: Schemas["Name"];
      device_type_id: Schemas["Id"];
      location_id?: Schemas["NullableId"];
      route_id?: Schemas["NullableId"];
      serial?: Schemas["Serial"];
      cabinets?: Array<{ cabinet_type_id: Schemas["Id"] }>;
    }, Schemas["Device"]>;
    /** Take a cabinet off its device; its history stays. Refused while it is in an open order. */
    delete_cabinet: Call<{ cabinet_id: Schemas["Id"] }, null>;
    /** Archive a device; its history stays. Refused while it is in an open order. Use PATCH with `archived` true. */
    delete_device: Call<{ device_id: Schemas["Id"] }, null>;
    /** One device. */
    get_device: Call<{ device_id: Schemas["Id"] }, Schemas["Device"]>;
    /** The devices; a driver sees those of their routes and of open orders assigned to them. */
    list_devices: Plain<{ q?: string | null; route_id?: Schemas["Id"] | null; location_id?: Schemas["Id"] | null; product_id?: Schemas["Id"] | null; archived?: boolean | null; sort?: "asset" | "-asset" | "name" | "-name" | "need" | "last_read_at" | "product_level_percent" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["DeviceList"]>;
    /** Take an archived device back into use. Use PATCH of the device with `archived` false. */
    restore_device: Call<{ device_id: Schemas["Id"] }, Schemas["Device"]>;
    /** Change, archive or take back a device; its history stays. Archiving is refused while it is in an open order. */
    update_device: Call<{ device_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      asset?: Schemas["Asset"];
      name?: Schemas["Name"];
      device_type_id?: Schemas["Id"];
      location_id?: Schemas["NullableId"];
      route_id?: Schemas["NullableId"];
      serial?: Schemas["Serial"];
      ignored_selections?: Schemas["IgnoredSelections"];
      linked_selections?: Schemas["LinkedSelections"];
      archived?: boolean;
    }, Schemas["Device"]>;
  };
  device_type_service: {
    /** A new device type. */
    create_device_type: Call<{ name: Schemas["Name"]; max_cabinets: number }, Schemas["DeviceType"]>;
    /** One device type. */
    get_device_type: Call<{ device_type_id: Schemas["Id"] }, Schemas["DeviceType"]>;
    /** The device types. */
    list_device_types: Plain<{ q?: string | null; limit?: number | null; cursor?: string | null }, Schemas["DeviceTypeList"]>;
    /** Rename a device type, or change how many cabinets it can have. */
    update_device_type: Call<{ device_type_id: Schemas["Id"] } & { version: Schemas["Version"]; name?: Schemas["Name"]; max_cabinets?: number }, Schemas["DeviceType"]>;
  };
  dex_batch_service: {
    /** Take in many DEX reads at once, as a zip. */
    create_dex_batch: Call<{ file: File | Blob }, Schemas["DexBatch"]>;
    /** A batch that a job books, with what became of its files so far; for 30 days. */
    get_dex_batch: Call<{ dex_batch_id: Schemas["Id"] }, Schemas["DexBatch"]>;
    /** The files of one batch in their order; none where there is no such batch for you. */
    list_dex_batch_files: Call<{ dex_batch_id: Schemas["Id"]; needs_a_look?: boolean | null; limit?: number | null; cursor?: string | null }, Schemas["DexBatchFileList"]>;
  };
  dex_preview_service: {
    /** What accepting a damaged or held read would book; nothing is written. */
    create_acceptance_preview: Call<{ dex_read_id: Schemas["Id"] }, Schemas["AcceptancePreview"]>;
  };
  dex_read_service: {
    /** Book a damaged read, or one whose figures were held back as implausible. */
    accept_dex_read: Call<{ dex_read_id: Schemas["Id"] }, Schemas["DexReadDetail"]>;
    /** Say which device an unassigned read belongs to, and book it. */
    assign_dex_read: Call<{ dex_read_id: Schemas["Id"] } & { device_id: Schemas["Id"]; with_others?: boolean; despite_serial?: boolean }, Schemas["DexReadDetail"]>;
    /** Take in the file that a machine reports; the same bytes again answer 200 with the same read. */
    create_dex_read: Call<{ file: File | Blob; device_id?: Schemas["Id"]; despite_serial?: boolean }, Schemas["DexRead"]>;
    /** One DEX read, parsed, with the sales since the previous one as derived now. */
    get_dex_read: Call<{ dex_read_id: Schemas["Id"] }, Schemas["DexReadDetail"]>;
    /** The bytes as they arrived; 404 once they were removed when their time was over. */
    get_dex_read_raw: Call<{ dex_read_id: Schemas["Id"] }, Blob>;
    /** The DEX reads, newest first. */
    list_dex_reads: Plain<{ device_id?: Schemas["Id"] | null; status?: Schemas["DexReadStatus"] | null; held?: boolean | null; source_id?: Schemas["Id"] | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["DexReadList"]>;
  };
  dex_source_service: {
    /** Where DEX reads come from: API keys, the inbox, people and the command line, who sent last first. */
    list_dex_sources: Plain<{}, Schemas["DexSources"]>;
  };
  erasure_service: {
    /** Erase a person. Name, username and email become "Former user" and a number, every way in ends; what they did stays under the number. It cannot be undone. */
    erase_user: Call<{ user_id: Schemas["Id"] } & { version: Schemas["Version"]; current_password: string }, { user: Schemas["User"]; job_id: Schemas["Id"] }>;
  };
  example_service: {
    /** Load the example fleet into an installation that holds nothing yet; it takes a few seconds. */
    create_example_fleet: Plain<{}, Schemas["ExampleFleet"]>;
  };
  export_service: {
    /** Let a job write a list into a file, as it is filtered and sorted, whatever its length. For who may see the list. */
    create_export: Call<{ operation: Schemas["Exported"]; query: Record<string, string> }, Schemas["Export"]>;
    /** How long a list would be as a spreadsheet, and where it is to be had at once. For who may see the list. */
    create_export_preview: Call<{ operation: Schemas["Exported"]; query: Record<string, string> }, Schemas["ExportPreview"]>;
    /** Remove one of your files; what it was made of stays. */
    delete_export: Call<{ export_id: Schemas["Id"] }, null>;
    /** One of your files, or how far it is. */
    get_export: Call<{ export_id: Schemas["Id"] }, Schemas["Export"]>;
    /** What is in one of your files, for a day after it was made. */
    get_export_file: Call<{ export_id: Schemas["Id"] }, Blob>;
    /** The files that you asked for, those on their way included, newest first. */
    list_exports: Plain<{ operation?: Schemas["Filed"] | null }, Schemas["ExportList"]>;
  };
  file_service: {
    /** Add a photo to a device, a product, a visit or a ticket. It is turned upright, made anew without what the camera noted, and made small as well. The place where it was taken stays if the settings keep it. */
    create_file: Call<{ noun: Schemas["FileNoun"]; noun_id: Schemas["Id"]; file: File | Blob }, Schemas["File"]>;
    /** Remove a photo. For seven days it can be restored. */
    delete_file: Call<{ file_id: Schemas["Id"] }, null>;
    /** The photo itself. */
    get_file: Call<{ file_id: Schemas["Id"] }, Blob>;
    /** The photo made small. */
    get_thumbnail: Call<{ file_id: Schemas["Id"]; size?: 160 | 1024 | null }, Blob>;
    /** The photos of one device, product, visit or ticket, oldest first. */
    list_files: Call<{ noun: Schemas["FileNoun"]; noun_id: Schemas["Id"] }, Schemas["Files"]>;
    /** Take the removal of a photo back. */
    restore_file: Call<{ file_id: Schemas["Id"] }, Schemas["File"]>;
  };
  first_steps_service: {
    /** What an installation does once, in the order in which it is done, and what of it is done. */
    get_first_steps: Plain<{}, Schemas["FirstSteps"]>;
    /** Put the first steps away for everybody, or show them again. */
    update_first_steps: Call<{ hidden: boolean }, Schemas["FirstStepsHidden"]>;
  };
  health_service: {
    /** Is the process running? */
    get_liveness: Plain<{}, Schemas["Health"]>;
    /** Can work be served? A 503 names what is not ready. */
    get_readiness: Plain<{}, Schemas["Readiness"]>;
  };
  import_service: {
    /** Send a spreadsheet (CSV or XLSX) to be read; nothing is imported yet. */
    create_import: Call<{ file: File | Blob }, Schemas["Import"]>;
    /** Forget a file and its rows; what was imported stays, and cannot be taken back any more. One whose past sales are here is refused (409). */
    delete_import: Call<{ import_id: Schemas["Id"] }, null>;
    /** One of them, with how it was read and how far it is. */
    get_import: Call<{ import_id: Schemas["Id"] }, Schemas["Import"]>;
    /** The past sales that a file brought, those that are counted and those that are held because reads say them. */
    get_import_sales: Call<{ import_id: Schemas["Id"] }, Schemas["ImportSales"]>;
    /** A file to fill in, with the columns of one kind and an example row. */
    get_import_template: Call<{ kind: Schemas["ImportKindName"]; file?: "csv" | "xlsx" | null }, Blob>;
    /** What can be imported, with the fields of each kind. */
    list_import_kinds: Plain<{}, Schemas["ImportKindList"]>;
    /** The rows of one file in their order, each with what it would do or what is wrong with it. */
    list_import_rows: Call<{ import_id: Schemas["Id"]; verdict?: Schemas["ImportVerdict"] | null; limit?: number | null; cursor?: string | null }, Schemas["ImportRowList"]>;
    /** The files that were sent to be imported, newest first. */
    list_imports: Plain<{ limit?: number | null; cursor?: string | null }, Schemas["ImportList"]>;
    /** Import a file that is ready. A job does all of it in one transaction, or nothing. */
    run_import: Call<{ import_id: Schemas["Id"] } & { version: Schemas["Version"]; leaves_out?: boolean }, Schemas["Import"]>;
    /** Say how the file is to be read; a job reads it anew. */
    update_import: Call<{ import_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      kind?: Schemas["NullableImportKind"];
      columns?: Record<string, string> | null;
      header_row?: number | null;
      encoding?: "utf-8" | "utf-16" | "windows-1252" | null;
      delimiter?: "," | ";" | "\t" | "|" | null;
      decimal_sign?: "." | "," | null;
      date_order?: "day" | "month" | null;
      sheet?: string | null;
    }, Schemas["Import"]>;
    /** Take an import back as a whole, while nothing else depends on it; otherwise its job says what does. */
    withdraw_import: Call<{ import_id: Schemas["Id"] }, Schemas["Import"]>;
  };
  installation_service: {
    /** A new machine from its DEX read in one step. */
    create_installation: Call<{ dex_read_id: Schemas["Id"] } & {
      asset: Schemas["Asset"];
      name?: Schemas["Name"];
      location_id?: Schemas["NullableId"];
      route_id?: Schemas["NullableId"];
      with_others?: boolean;
      despite_serial?: boolean;
      cabinets: Array<{
        rows: number;
        columns: number;
        slots: Array<{
          selection: Schemas["Selection"];
          product_id?: Schemas["NullableId"];
          product?: { name: Schemas["Name"]; price_cents: Schemas["Price"] };
          capacity: number;
          par_level: number;
          price_cents?: Schemas["NullablePrice"];
          row?: number;
          column?: number;
        }>;
      }>;
      stock: ("full" | "par" | "unknown" | Record<string, number>);
    }, Schemas["Device"]>;
  };
  job_service: {
    /** Do it no more. One that runs ends at its next step; one that failed is put away. */
    cancel_job: Call<{ job_id: Schemas["Id"] }, Schemas["Job"]>;
    /** One job, with how far it is. */
    get_job: Call<{ job_id: Schemas["Id"] }, Schemas["Job"]>;
    /** Jobs, newest first; those of everybody for an admin, your own for others. */
    list_jobs: Plain<{ state?: Schemas["JobState"] | null; kind?: string | null; mine?: boolean | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["JobList"]>;
    /** Try one that failed or was cancelled once more, with all of its attempts. */
    retry_job: Call<{ job_id: Schemas["Id"] }, Schemas["Job"]>;
  };
  label_service: {
    /** What labels say of things that stand somewhere, each with a QR code that leads to its page. By name; those in use. A page of cabinets holds those of so many machines. */
    list_labels: Call<{ noun: Schemas["LabelNoun"]; ids?: string | null; route_id?: Schemas["Id"] | null; location_id?: Schemas["Id"] | null; limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["LabelList"]>;
  };
  list_layout_service: {
    /** How a list looks to the person who asks unless its address says otherwise, and its views. */
    get_list_layout: Call<{ list_name: Schemas["ListName"] }, Schemas["ListLayout"]>;
    /** Choose one's own columns of a list, and the view that it opens with. */
    set_list_layout: Call<{
      list_name: Schemas["ListName"];
      columns: Schemas["ViewColumns"];
      default_view_id: Schemas["NullableId"];
    }, Schemas["ListLayout"]>;
  };
  location_service: {
    /** A new location. */
    create_location: Call<{
      name: Schemas["Name"];
      kind?: Schemas["NullableLocationKind"];
      address?: string;
      latitude?: number | null;
      longitude?: number | null;
      notes?: Schemas["Text"];
    }, Schemas["Location"]>;
    /** One location. */
    get_location: Call<{ location_id: Schemas["Id"] }, Schemas["Location"]>;
    /** The locations. */
    list_locations: Plain<{ q?: string | null; archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["LocationList"]>;
    /** Change or archive a location. */
    update_location: Call<{ location_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      kind?: Schemas["NullableLocationKind"];
      address?: string;
      latitude?: number | null;
      longitude?: number | null;
      notes?: Schemas["Text"];
      archived?: boolean;
    }, Schemas["Location"]>;
  };
  mail_server_service: {
    /** Send yourself a mail, to see that mails arrive. */
    create_test_mail: Plain<{}, { to: string }>;
    /** The mail server that alerts are sent by, as the settings of the installation name it. */
    get_mail_server: Plain<{}, Schemas["MailServer"]>;
  };
  map_service: {
    /** The orders of today with their stops in order; a driver sees those assigned to them. */
    list_map_orders: Plain<{}, Schemas["MapOrderList"]>;
    /** Where every machine in use stands and what it needs, worst first; a driver sees those of their routes and of open orders assigned to them. */
    list_map_points: Plain<{}, Schemas["MapPoints"]>;
  };
  mass_change_service: {
    /** Change all the rows that can be changed, in one transaction; those that cannot are left alone. */
    create_mass_change: Call<{ change: Schemas["NamedMassChange"]; selection: Schemas["MassSelection"]; digest?: string }, Schemas["MassChange"]>;
    /** What a change of many rows would do, in words and counts; nothing is saved. */
    create_mass_change_preview: Call<{ change: Schemas["NamedMassChange"]; selection: Schemas["MassSelection"] }, Schemas["MassChangePreview"]>;
    /** One change of many rows. */
    get_mass_change: Call<{ mass_change_id: Schemas["Id"] }, Schemas["MassChange"]>;
    /** What each row was and became, for 90 days; the audit log keeps it for ever. */
    list_mass_change_parts: Call<{ mass_change_id: Schemas["Id"]; limit?: number | null; cursor?: string | null }, Schemas["MassChangePartList"]>;
    /** What was changed for many rows at once, newest first. */
    list_mass_changes: Plain<{ limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["MassChangeList"]>;
    /** Give every row back what it was, within ten minutes; refused as a whole where somebody changed one of them since. */
    undo_mass_change: Call<{ mass_change_id: Schemas["Id"] }, Schemas["MassChange"]>;
  };
  metrics_service: {
    /** Sold out, days of inventory, product level and units to par, with what they are computed from. */
    get_device_metrics: Call<{ device_id: Schemas["Id"] }, Schemas["DeviceMetrics"]>;
  };
  open_session_service: {
    /** Sign out everywhere but here. */
    delete_other_sessions: Plain<{}, Schemas["EndedSessions"]>;
    /** Sign out in one place. */
    delete_own_session: Call<{ session_id: Schemas["Id"] }, null>;
    /** Sign somebody out in one place. */
    delete_user_session: Call<{ user_id: Schemas["Id"]; session_id: Schemas["Id"] }, null>;
    /** Sign somebody out everywhere; of one's own sessions, this one stays. */
    delete_user_sessions: Call<{ user_id: Schemas["Id"] }, Schemas["EndedSessions"]>;
    /** Where the person who asks is signed in, this place and then the last used first; the 100 last ones. */
    list_sessions: Plain<{}, Schemas["SessionList"]>;
    /** Where somebody is signed in, the last used first; the 100 last ones. */
    list_user_sessions: Call<{ user_id: Schemas["Id"] }, Schemas["SessionList"]>;
  };
  passkey_service: {
    /** What a device is asked to make a passkey with, within five minutes and in this browser. Asks for the present password. */
    create_challenge: Call<{ current_password: string }, {
      challenge: string;
      rp_id: string;
      rp_name: string;
      user_handle: string;
      username: string;
      display_name: string;
      algorithms: Array<number>;
      known: Array<Schemas["Credential"]>;
    }>;
    /** Keep the passkey that a device has made for a challenge. With a first second factor the answer shows the recovery codes, once, and every other session ends. */
    create_passkey: Call<{
      name: Schemas["PasskeyName"];
      client_data: Schemas["ClientData"];
      attestation_object: string;
      transports?: Array<string>;
    }, Schemas["NewPasskey"]>;
    /** Remove one of one's own passkeys, at once and for good. Asks for the present password. */
    delete_passkey: Call<{ passkey_id: Schemas["Id"] } & { current_password: string }, null>;
    /** The passkeys of the person who asks, by name. */
    list_passkeys: Plain<{}, Schemas["PasskeyList"]>;
    /** The passkeys of somebody, by name. */
    list_user_passkeys: Call<{ user_id: Schemas["Id"] }, Schemas["PasskeyList"]>;
    /** Rename one of one's own passkeys. */
    update_passkey: Call<{ passkey_id: Schemas["Id"] } & { version: Schemas["Version"]; name: Schemas["PasskeyName"] }, Schemas["Passkey"]>;
  };
  passkey_sign_in_service: {
    /** What a device is asked to sign, within five minutes and in this browser, to sign in or as a second factor. */
    create_challenge: Plain<{}, { challenge: string; rp_id: string }>;
    /** Sign in by a passkey alone, whose device looked at who holds it; the answer sets the session cookie. */
    create_session: Call<{ passkey: Schemas["Assertion"] }, Schemas["Me"]>;
    /** Whether passkeys work at this address, and whether anybody has one for it. */
    get_offer: Plain<{}, Schemas["PasskeyOffer"]>;
  };
  planned_change_service: {
    /** Take a planned change back before it takes effect. */
    cancel_planned_change: Call<{ planned_change_id: Schemas["Id"] }, Schemas["PlannedChange"]>;
    /** Change many rows from a later day on; the rows are those that are chosen now, and what becomes of them is reckoned on that day. */
    create_planned_change: Call<{
      change: Schemas["PlannableChange"];
      selection: Schemas["MassSelection"];
      from_on: Schemas["Date"];
    }, Schemas["PlannedChange"]>;
    /** One planned change. */
    get_planned_change: Call<{ planned_change_id: Schemas["Id"] }, Schemas["PlannedChange"]>;
    /** What a planned change would do if it took effect now. */
    get_planned_change_preview: Call<{ planned_change_id: Schemas["Id"] }, Schemas["MassChangePreview"]>;
    /** Changes of many rows from a later day on, the next one first; or those that ended, newest first. */
    list_planned_changes: Plain<{ ended?: boolean | null; limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["PlannedChangeList"]>;
  };
  planogram_service: {
    /** Slots proposed from a DEX read's layout and prices; nothing is saved. */
    create_planogram_proposal: Call<{ cabinet_id: Schemas["Id"] } & { dex_read_id: Schemas["Id"] }, Schemas["PlanogramProposal"]>;
    /** The slots of a cabinet and what they hold. */
    get_planogram: Call<{ cabinet_id: Schemas["Id"] }, Schemas["Planogram"]>;
    /** Who changed which slot, from what to what, when; newest first. */
    list_planogram_changes: Call<{ cabinet_id: Schemas["Id"]; slot_id?: Schemas["Id"] | null; limit?: number | null; cursor?: string | null }, Schemas["PlanogramChangeList"]>;
    /** Change the named slots and fields; a named quantity is a count at as_of (now when left out). */
    update_planogram: Call<{ cabinet_id: Schemas["Id"] } & { version: Schemas["Version"]; as_of?: Schemas["Time"]; slots: Array<Schemas["SlotChange"]> }, Schemas["Planogram"]>;
  };
  product_overview_service: {
    /** Where a product is, how long that lasts and what it sold; a driver gets the machines they may see, and no sales. */
    get_product_overview: Call<{ product_id: Schemas["Id"] }, Schemas["ProductOverview"]>;
    /** Who changed a product, or its slots together; newest first. */
    list_product_changes: Call<{ product_id: Schemas["Id"]; limit?: number | null; cursor?: string | null }, Schemas["AuditEntryList"]>;
    /** The slots in use that hold a product, those of a device one after the other. */
    list_product_slots: Call<{ product_id: Schemas["Id"]; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["ProductSlotList"]>;
  };
  product_service: {
    /** A new product. */
    create_product: Call<{
      sku?: string | null;
      name: Schemas["Name"];
      category?: string;
      price_cents?: Schemas["Price"];
      cost_cents?: Schemas["NullablePrice"];
      case_size?: number;
    }, Schemas["Product"]>;
    /** One product. */
    get_product: Call<{ product_id: Schemas["Id"] }, Schemas["Product"]>;
    /** The products. */
    list_products: Plain<{ q?: string | null; category?: string | null; archived?: boolean | null; sort?: "name" | "-name" | "category" | "price_cents" | "-price_cents" | "match" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["ProductList"]>;
    /** Change or archive a product. */
    update_product: Call<{ product_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      sku?: string | null;
      name?: Schemas["Name"];
      category?: string;
      price_cents?: Schemas["Price"];
      cost_cents?: Schemas["NullablePrice"];
      case_size?: number;
      archived?: boolean;
    }, Schemas["Product"]>;
  };
  provider_service: {
    /** Begin to sign in by the provider; the answer says where to go, and sets a cookie that binds what comes back to this browser. */
    create_flow: Plain<{}, { url: string }>;
    /** Sign in with what the provider sent back; the answer sets the session cookie. */
    create_session: Call<{ state: string; code?: string; error?: string; iss?: string }, Schemas["Me"]>;
    /** The provider of OpenID Connect by which people sign in, and why that is not possible at the moment. */
    get_provider: Plain<{}, Schemas["Provider"]>;
  };
  quarantine_service: {
    /** Throw a refused upload away. */
    delete_quarantined_file: Call<{ quarantined_file_id: Schemas["Id"] }, null>;
    /** The bytes as they arrived. */
    get_quarantined_file_raw: Call<{ quarantined_file_id: Schemas["Id"] }, Blob>;
    /** Uploads that were refused, newest first. */
    list_quarantined_files: Plain<{ limit?: number | null; cursor?: string | null }, Schemas["QuarantinedFileList"]>;
  };
  recurring_day_service: {
    /** Days of recurring visits that are no orders yet, or will be none; a driver sees those that will be theirs. */
    list_recurring_days: Call<{ from: Schemas["Date"]; to: Schemas["Date"]; route_id?: Schemas["Id"] | null; driver_id?: Schemas["Id"] | null }, Schemas["RecurringDayList"]>;
    /** Move one day of a recurring visit, or leave it out; with neither it is as the rhythm has it again. */
    update_recurring_day: Call<{ recurring_visit_id: Schemas["Id"] } & { day: Schemas["Date"]; moved_to: Schemas["NullableDate"]; left_out: boolean }, Schemas["RecurringDay"]>;
  };
  recurring_visit_service: {
    /** Visit machines of a route again and again; the orders of the next days are made at once. */
    create_recurring_visit: Call<{
      name: Schemas["Name"];
      route_id: Schemas["NullableId"];
      device_ids?: Schemas["RecurringDeviceIds"];
      driver_id?: Schemas["NullableId"];
      purpose?: Schemas["OrderPurpose"];
      notes?: Schemas["Text"];
      starts_on: Schemas["Date"];
      ends_on?: Schemas["NullableDate"];
      every_weeks?: Schemas["EveryWeeks"];
      weekdays: Schemas["RecurringWeekdays"];
      days_ahead?: Schemas["DaysAhead"];
    }, Schemas["RecurringVisit"]>;
    /** One recurring visit. */
    get_recurring_visit: Call<{ recurring_visit_id: Schemas["Id"] }, Schemas["RecurringVisit"]>;
    /** What is visited again and again, by name. */
    list_recurring_visits: Plain<{ route_id?: Schemas["Id"] | null; archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["RecurringVisitList"]>;
    /** Change or archive a recurring visit. Orders that it became stay as they are. */
    update_recurring_visit: Call<{ recurring_visit_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      route_id?: Schemas["NullableId"];
      device_ids?: Schemas["RecurringDeviceIds"];
      driver_id?: Schemas["NullableId"];
      purpose?: Schemas["OrderPurpose"];
      notes?: Schemas["Text"];
      starts_on?: Schemas["Date"];
      ends_on?: Schemas["NullableDate"];
      every_weeks?: Schemas["EveryWeeks"];
      weekdays?: Schemas["RecurringWeekdays"];
      days_ahead?: Schemas["DaysAhead"];
      archived?: boolean;
    }, Schemas["RecurringVisit"]>;
  };
  removal_service: {
    /** How much would be removed now, if things were kept so long. */
    preview_removal: Plain<{ dex_content_days?: Schemas["KeptDays"] | null; quarantined_file_days?: Schemas["KeptDays"] | null; dex_batch_days?: Schemas["KeptDays"] | null; job_days?: Schemas["KeptDays"] | null; webhook_delivery_days?: Schemas["KeptDays"] | null; ticket_days?: Schemas["KeptDays"] | null }, { items: Array<Schemas["PastCount"]>; runs_at: Schemas["NullableTime"] }>;
  };
  rereading: {
    /** The machines whose books changed when stored reads were read again by newer rules, newest first. */
    list_book_changes: Plain<{ limit?: number | null; cursor?: string | null }, Schemas["BookChangeList"]>;
  };
  retention_service: {
    /** How long what grows is kept, and whether photos say where they were taken. */
    get_retention: Plain<{}, Schemas["Retention"]>;
    /** Change how long things are kept. What is past its time by then goes with the next nightly removal, for good. */
    update_retention: Call<{
      version: Schemas["Version"];
      dex_content_days?: Schemas["DexContentDays"];
      quarantined_file_days?: Schemas["QuarantinedFileDays"];
      dex_batch_days?: Schemas["DexBatchDays"];
      job_days?: Schemas["JobDays"];
      webhook_delivery_days?: Schemas["WebhookDeliveryDays"];
      ticket_days?: Schemas["TicketDays"];
      keeps_photo_places?: Schemas["KeepsPhotoPlaces"];
    }, Schemas["Retention"]>;
  };
  route_service: {
    /** A new route. */
    create_route: Call<{ name: Schemas["Name"]; driver_id?: Schemas["NullableId"] }, Schemas["Route"]>;
    /** One route. */
    get_route: Call<{ route_id: Schemas["Id"] }, Schemas["Route"]>;
    /** The routes. */
    list_routes: Plain<{ q?: string | null; driver_id?: Schemas["Id"] | null; archived?: boolean | null; sort?: "name" | "-name" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["RouteList"]>;
    /** Change or archive a route. */
    update_route: Call<{ route_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["Name"];
      driver_id?: Schemas["NullableId"];
      archived?: boolean;
    }, Schemas["Route"]>;
  };
  sale_service: {
    /** How many machines in use were read in a period, or had sales imported, and how many days their sales of it span. */
    get_coverage: Call<{ from: Schemas["Date"]; to: Schemas["Date"]; device_id?: Schemas["Id"] | null; route_id?: Schemas["Id"] | null; location_id?: Schemas["Id"] | null }, Schemas["SalesCoverage"]>;
    /** Units and money by day, device, product and so on, with what sell-outs lost; both days inclusive, local. */
    list_sales: Call<{ group_by: "day" | "device" | "product" | "selection" | "route" | "location" | "category"; from: Schemas["Date"]; to: Schemas["Date"]; device_id?: Schemas["Id"] | null; route_id?: Schemas["Id"] | null; location_id?: Schemas["Id"] | null; assignment?: "of_the_day" | "today" | null; sort?: "amount_cents" | "-amount_cents" | "units" | "-units" | "lost_cents" | "-lost_cents" | "lost_units" | "-lost_units" | "-position" | null; limit?: number | null; cursor?: string | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["Sales"]>;
  };
  saved_view_service: {
    /** Keep how a list looks now under a name. */
    create_saved_view: Call<{
      list_name: Schemas["ListName"];
      name: Schemas["ViewName"];
      params?: Schemas["ViewParams"];
      columns?: Schemas["ViewColumns"];
      shared?: Schemas["ViewShared"];
    }, Schemas["SavedView"]>;
    /** Remove a view. For a day it can be brought back, with who had it in the rail. */
    delete_saved_view: Call<{ saved_view_id: Schemas["Id"] }, null>;
    /** One view, of one's own or shared. */
    get_saved_view: Call<{ saved_view_id: Schemas["Id"] }, Schemas["SavedView"]>;
    /** The views that the person who asks has in the rail, by name. */
    list_pinned_views: Plain<{}, Schemas["SavedViewList"]>;
    /** Put a view into one's own rail, or take it out of there. */
    pin_saved_view: Call<{ saved_view_id: Schemas["Id"] } & { pinned: boolean }, Schemas["SavedView"]>;
    /** Bring back a view that was removed less than a day ago. */
    restore_saved_view: Call<{ saved_view_id: Schemas["Id"] }, Schemas["SavedView"]>;
    /** Rename a view, share it, or put what is shown now in its place. */
    update_saved_view: Call<{ saved_view_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      name?: Schemas["ViewName"];
      params?: Schemas["ViewParams"];
      columns?: Schemas["ViewColumns"];
      shared?: Schemas["ViewShared"];
    }, Schemas["SavedView"]>;
  };
  schedule_service: {
    /** One schedule. */
    get_schedule: Call<{ schedule_id: Schemas["Id"] }, Schemas["Schedule"]>;
    /** What is done again and again, with the last and the next time of each. */
    list_schedules: Plain<{}, { items: Array<Schemas["Schedule"]> }>;
    /** Run it now as well; where it is waiting or running already, that one. */
    run_schedule: Call<{ schedule_id: Schemas["Id"] }, Schemas["Job"]>;
    /** Change when it runs, or switch it off or on. */
    update_schedule: Call<{ schedule_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      daily_at?: Schemas["TimeOfDay"];
      every_minutes?: Schemas["EveryMinutes"];
      switched_on?: boolean;
    }, Schemas["Schedule"]>;
  };
  search_service: {
    /** Whatever is called so, of every noun that one may list, best first, also where a word was mistyped. */
    search: Call<{ q: string; limit?: number | null }, Schemas["SearchHits"]>;
  };
  second_factor_service: {
    /** Confirm the second factor by a code of the app; the answer shows the recovery codes, once, where there were none, and every other session ends. */
    confirm_second_factor: Call<{ code: string }, { recovery_codes: Array<string> }>;
    /** New recovery codes, shown once; those before are void. Asks for the present password. */
    create_recovery_codes: Call<{ current_password: string }, { recovery_codes: Array<string> }>;
    /** Take somebody's authenticator app and passkeys away; the user's sessions end, and the password alone signs in. */
    create_reset: Call<{ user_id: Schemas["Id"] }, null>;
    /** Begin a second factor; the answer shows its secret for an authenticator app, once. It counts as soon as a code confirms it. */
    create_second_factor: Call<{ current_password: string }, { secret: string; uri: string; svg: string }>;
    /** Take one's own authenticator app away; the recovery codes go with the last second factor. */
    delete_second_factor: Call<{ current_password: string }, null>;
    /** Whether the person who asks has an authenticator app, and how many recovery codes. */
    get_second_factor: Plain<{}, Schemas["SecondFactor"]>;
  };
  service_order_service: {
    /** Give an open order to a driver. */
    assign_service_order: Call<{ service_order_id: Schemas["Id"] } & { driver_id: Schemas["NullableId"] }, Schemas["ServiceOrder"]>;
    /** Cancel an open order; visits that were made stay. */
    cancel_service_order: Call<{ service_order_id: Schemas["Id"] } & { reason: Schemas["Reason"] }, Schemas["ServiceOrder"]>;
    /** A new order that loads every chosen cabinet up to par. */
    create_service_order: Call<{
      route_id: Schemas["NullableId"];
      cabinet_ids: Schemas["CabinetIds"];
      purpose?: Schemas["OrderPurpose"];
      driver_id?: Schemas["NullableId"];
      scheduled_on?: Schemas["NullableDate"];
      notes?: Schemas["Text"];
    }, Schemas["ServiceOrder"]>;
    /** What an order over these cabinets would load; nothing is saved. */
    create_service_order_preview: Call<{ cabinet_ids: Schemas["CabinetIds"] }, Schemas["ServiceOrderPreview"]>;
    /** What to take from the warehouse, by category then name. */
    get_pick_list: Call<{ service_order_id: Schemas["Id"] }, Schemas["PickList"]>;
    /** One order with its cabinets, what to load and what was done. */
    get_service_order: Call<{ service_order_id: Schemas["Id"] }, Schemas["ServiceOrder"]>;
    /** The orders, newest first; a driver sees those assigned to them. */
    list_service_orders: Plain<{ q?: string | null; status?: Schemas["ServiceOrderStatus"] | null; open?: boolean | null; route_id?: Schemas["Id"] | null; without_route?: boolean | null; driver_id?: Schemas["Id"] | null; device_id?: Schemas["Id"] | null; scheduled_on?: Schemas["Date"] | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["ServiceOrderList"]>;
    /** Load the stops that are to do with what they lack now. */
    load_service_order: Call<{ service_order_id: Schemas["Id"] }, Schemas["ServiceOrder"]>;
    /** Change an open order; day, driver, notes, stops and quantities. */
    update_service_order: Call<{ service_order_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      scheduled_on?: Schemas["NullableDate"];
      driver_id?: Schemas["NullableId"];
      notes?: Schemas["Text"];
      cabinet_ids?: Schemas["CabinetIds"];
      items?: Array<{ slot_id: Schemas["Id"]; quantity: number }>;
    }, Schemas["ServiceOrder"]>;
  };
  session_service: {
    /** Choose a new password; every other session of the user ends. */
    change_password: Call<{ current_password?: string; new_password: Schemas["NewPassword"] }, null>;
    /** Sign in; the answer sets the session cookie, and a session that the browser had ends. */
    create_session: Call<{ username: string; password: string; code?: string; passkey?: Schemas["Assertion"] }, Schemas["Me"]>;
    /** Sign out; the session ends here and now. */
    delete_session: Plain<{}, null>;
    /** Who is asking, and which operations the role may use. */
    get_me: Plain<{}, Schemas["Me"]>;
    /** Change one's own name and email; another email needs the password. */
    update_me: Call<{
      version: Schemas["Version"];
      display_name?: Schemas["Name"];
      email?: Schemas["Email"];
      current_password?: string;
    }, Schemas["Me"]>;
  };
  settings_service: {
    /** The operator's company, currency, time zone and language. */
    get_settings: Plain<{}, Schemas["Settings"]>;
    /** The currencies that books can be kept in, with their decimals by ISO 4217. */
    list_currencies: Plain<{}, Array<{ code: Schemas["Currency"]; decimals: Schemas["CurrencyDecimals"] }>>;
    /** Change the settings. */
    update_settings: Call<{
      version: Schemas["Version"];
      company?: Schemas["Name"];
      currency?: Schemas["Currency"];
      time_zone?: Schemas["TimeZone"];
      locale?: Schemas["Locale"];
    }, Schemas["Settings"]>;
  };
  setup_service: {
    /** Create the first administrator, signed in; needs the token of the printed link. */
    create_setup: Call<{
      token: string;
      username: Schemas["Username"];
      password: Schemas["NewPassword"];
      display_name?: Schemas["Name"];
      load_example?: boolean;
      company?: Schemas["Name"];
      currency?: Schemas["Currency"];
      time_zone?: Schemas["TimeZone"];
      locale?: Schemas["Locale"];
    }, Schemas["Me"]>;
    /** Does this installation still need its first administrator? */
    get_setup: Plain<{}, Schemas["SetupState"]>;
  };
  sign_in_rule_service: {
    /** Who needs a second factor to sign in. */
    get_sign_in_rules: Plain<{}, Schemas["SignInRules"]>;
    /** Change who needs a second factor; who has none sets one up before anything else, also where they are signed in. */
    update_sign_in_rules: Call<{ version: Schemas["Version"]; second_factor_roles: Array<Schemas["Role"]> }, Schemas["SignInRules"]>;
  };
  signing_key_service: {
    /** The public keys that verify access tokens, as other programs ask for them (RFC 7517). */
    get_jwks: Plain<{}, Schemas["Jwks"]>;
  };
  skip_service: {
    /** Stops that could not be done, and why; their cabinets are free, and with the last one the order is finished. */
    create_skip: Call<{ service_order_id: Schemas["Id"] } & { cabinet_ids: Schemas["CabinetIds"]; reason: Schemas["SkipReason"]; notes?: Schemas["Text"] }, Schemas["ServiceOrder"]>;
    /** Take a skip back; the stop is to do again. */
    reverse_skip: Call<{ skip_id: Schemas["Id"] }, Schemas["ServiceOrder"]>;
  };
  slot_change_service: {
    /** Replace, sell out, refill again or price the slots of one device that hold a product. */
    create_slot_change: Call<{ product_id: Schemas["Id"] } & {
      device_id: Schemas["Id"];
      kind: Schemas["SlotChangeKind"];
      slot_ids: Array<Schemas["Id"]>;
      replacement_id?: Schemas["NullableId"];
      price_cents?: Schemas["NullablePrice"];
    }, Schemas["ProductSlotChange"]>;
    /** What a change of these slots would do; nothing is saved. */
    create_slot_change_preview: Call<{ product_id: Schemas["Id"] } & {
      kind: Schemas["SlotChangeKind"];
      slot_ids: Array<Schemas["Id"]>;
      replacement_id?: Schemas["NullableId"];
      price_cents?: Schemas["NullablePrice"];
    }, Schemas["SlotChangePreview"]>;
    /** Give each slot back what it was, unless somebody changed it since. */
    undo_slot_change: Call<{ slot_change_id: Schemas["Id"] }, Schemas["ProductSlotChange"]>;
  };
  stock_service: {
    /** The ledger of one slot, newest first. */
    list_stock_moves: Call<{ slot_id: Schemas["Id"]; limit?: number | null; cursor?: string | null }, Schemas["StockMoveList"]>;
  };
  ticket_entry_service: {
    /** Say something of a ticket. */
    create_ticket_entry: Call<{ ticket_id: Schemas["Id"] } & { text: Schemas["TicketText"] }, Schemas["TicketEntry"]>;
    /** What people said of a ticket and changed in it, oldest first. */
    list_ticket_entries: Call<{ ticket_id: Schemas["Id"]; limit?: number | null; cursor?: string | null }, Schemas["TicketEntryList"]>;
  };
  ticket_service: {
    /** A new note, task or ticket of one device, one location or one service order. */
    create_ticket: Call<{
      kind: Schemas["TicketKind"];
      text: Schemas["TicketText"];
      device_id?: Schemas["NullableId"];
      location_id?: Schemas["NullableId"];
      service_order_id?: Schemas["NullableId"];
      due_on?: Schemas["NullableDate"];
      assignee_id?: Schemas["NullableId"];
      down_since?: Schemas["DownSince"];
      up_since?: Schemas["UpSince"];
    }, Schemas["Ticket"]>;
    /** One note, task or ticket. */
    get_ticket: Call<{ ticket_id: Schemas["Id"] }, Schemas["Ticket"]>;
    /** Who a ticket can be given to, by name. Whoever it is given to sees it. */
    list_ticket_assignees: Plain<{}, Schemas["TicketAssignees"]>;
    /** Notes, tasks and tickets. A driver sees those of their machines, the locations of these and their orders, and those given to them. */
    list_tickets: Plain<{ q?: string | null; status?: "open" | "done" | "noted" | "any" | null; kind?: Schemas["TicketKind"] | null; mine?: boolean | null; overdue?: boolean | null; down?: boolean | null; device_id?: Schemas["Id"] | null; location_id?: Schemas["Id"] | null; service_order_id?: Schemas["Id"] | null; route_id?: Schemas["Id"] | null; sort?: "due_on" | "newest" | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["TicketList"]>;
    /** Change a ticket; done and reopened by its status. A driver changes the words of what they wrote themselves alone. */
    update_ticket: Call<{ ticket_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      status?: "open" | "in_progress" | "done";
      kind?: Schemas["TicketKind"];
      text?: Schemas["TicketText"];
      due_on?: Schemas["NullableDate"];
      assignee_id?: Schemas["NullableId"];
      down_since?: Schemas["DownSince"];
      up_since?: Schemas["UpSince"];
    }, Schemas["Ticket"]>;
  };
  token_family_service: {
    /** End the tokens of one program, at once and for good. */
    delete_token_family: Call<{ token_family_id: Schemas["Id"] }, null>;
    /** End the tokens of one program of somebody, at once and for good. */
    delete_user_token_family: Call<{ user_id: Schemas["Id"]; token_family_id: Schemas["Id"] }, null>;
    /** Which programs have tokens in the name of the person who asks, the last used first. */
    list_token_families: Plain<{}, Schemas["TokenFamilyList"]>;
    /** Which programs have tokens in the name of somebody, the last used first. */
    list_user_token_families: Call<{ user_id: Schemas["Id"] }, Schemas["TokenFamilyList"]>;
  };
  token_service: {
    /** Begin with an access token and a refresh token; a program shows its API key for it, once. */
    create_tokens: Call<{ api_key: string; scopes?: Array<Schemas["Scope"]> }, Schemas["Tokens"]>;
    /** Exchange a refresh token for a new access token and the next refresh token; one that was exchanged before ends all that came of it. */
    refresh_tokens: Call<{ refresh_token: string }, Schemas["Tokens"]>;
    /** End a refresh token and the access tokens that came with it, at once; one that nobody knows is none. */
    revoke_tokens: Call<{ refresh_token: string }, null>;
  };
  user_service: {
    /** A one-time password for somebody else, shown once, good for one sign-in within a day; the user's sessions end. */
    create_password_reset: Call<{ user_id: Schemas["Id"] }, { password: string }>;
    /** A new user. */
    create_user: Call<{
      username: Schemas["Username"];
      password: Schemas["NewPassword"];
      role: Schemas["Role"];
      display_name?: Schemas["Name"];
      email?: Schemas["Email"];
    }, Schemas["User"]>;
    /** One user. */
    get_user: Call<{ user_id: Schemas["Id"] }, Schemas["User"]>;
    /** Who can be given a route or an order. */
    list_drivers: Plain<{}, {
      items: Array<{ id: Schemas["Id"]; username: Schemas["Username"]; display_name: Schemas["Name"] }>;
    }>;
    /** The people who may sign in. */
    list_users: Plain<{ q?: string | null; role?: Schemas["Role"] | null; disabled?: boolean | null; limit?: number | null; cursor?: string | null; counted?: boolean | null; format?: "json" | "csv" | "xlsx" | null; for?: "people" | "machines" | null }, Schemas["UserList"]>;
    /** Change a user; disabling ends the user's sessions. */
    update_user: Call<{ user_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      username?: Schemas["Username"];
      display_name?: Schemas["Name"];
      email?: Schemas["Email"];
      role?: Schemas["Role"];
      disabled?: boolean;
    }, Schemas["User"]>;
  };
  visit_service: {
    /** What was done at one cabinet without an order; it gets one of its own that is done with it. */
    create_unplanned_visit: Call<{
      cabinet_id: Schemas["Id"];
      purpose?: Schemas["OrderPurpose"];
      fills: Schemas["Fills"];
      price_answers?: Schemas["PriceAnswers"];
      notes?: Schemas["Text"];
      started_at?: Schemas["NullableTime"];
      finished_at?: Schemas["NullableTime"];
    }, Schemas["Visit"]>;
    /** What was done at one cabinet; the first visit starts the order, the last completes it. */
    create_visit: Call<{ service_order_id: Schemas["Id"] } & {
      cabinet_id: Schemas["Id"];
      fills: Schemas["Fills"];
      price_answers?: Schemas["PriceAnswers"];
      notes?: Schemas["Text"];
      started_at?: Schemas["NullableTime"];
      finished_at?: Schemas["NullableTime"];
    }, Schemas["Visit"]>;
    /** One visit. */
    get_visit: Call<{ visit_id: Schemas["Id"] }, Schemas["Visit"]>;
    /** Undo the cabinet's latest visit; the history stays. */
    reverse_visit: Call<{ visit_id: Schemas["Id"] } & { reason: Schemas["Reason"] }, Schemas["Visit"]>;
  };
  webhook_delivery_service: {
    /** One delivery, with what is sent and what was answered. */
    get_webhook_delivery: Call<{ webhook_delivery_id: Schemas["Id"] }, Schemas["WebhookDelivery"]>;
    /** What a webhook was told or will be told, the newest event first. */
    list_webhook_deliveries: Call<{ webhook_id: Schemas["Id"]; state?: Schemas["WebhookDeliveryState"] | null; limit?: number | null; cursor?: string | null; counted?: boolean | null }, Schemas["WebhookDeliveryList"]>;
    /** Send everything since a time once more, in its order, each with the id that it had. 10,000 at once. */
    replay_webhook: Call<{ webhook_id: Schemas["Id"] } & { since: Schemas["Time"] }, { count: Schemas["Count"]; more: boolean }>;
    /** Send one once more, with the id that it had; one that waits is tried at once. */
    replay_webhook_delivery: Call<{ webhook_delivery_id: Schemas["Id"] }, Schemas["WebhookDelivery"]>;
  };
  webhook_service: {
    /** Tell another program of events. The answer shows the secret that its deliveries are signed with, once. */
    create_webhook: Call<{
      url: Schemas["WebhookUrl"];
      description?: Schemas["WebhookDescription"];
      events: Schemas["ChosenEvents"];
      detail?: Schemas["WebhookDetail"];
    }, Schemas["WebhookWithSecret"]>;
    /** Remove a webhook for good, with its deliveries; what waits is not sent. */
    delete_webhook: Call<{ webhook_id: Schemas["Id"] }, null>;
    /** One webhook, with how it goes. */
    get_webhook: Call<{ webhook_id: Schemas["Id"] }, Schemas["Webhook"]>;
    /** What a webhook can be told of, each with an example. */
    list_event_types: Plain<{}, { items: Array<Schemas["WebhookEventType"]> }>;
    /** All webhooks, with how they go. */
    list_webhooks: Plain<{}, { items: Array<Schemas["Webhook"]> }>;
    /** A new secret, shown once. For a day deliveries are signed with the one before as well. */
    replace_secret: Call<{ webhook_id: Schemas["Id"] }, Schemas["WebhookWithSecret"]>;
    /** Go on with a webhook that was paused by failures. What failed meanwhile is sent first, then what waits, in the order in which it happened. */
    resume_webhook: Call<{ webhook_id: Schemas["Id"] }, Schemas["Webhook"]>;
    /** Deliver a `webhook.test` as the next in the order, and try at once what waits before it. */
    test_webhook: Call<{ webhook_id: Schemas["Id"] }, Schemas["WebhookDelivery"]>;
    /** Change a webhook, or switch it off or on. While it is off nothing is written for it, and what waited has failed. */
    update_webhook: Call<{ webhook_id: Schemas["Id"] } & {
      version: Schemas["Version"];
      url?: Schemas["WebhookUrl"];
      description?: Schemas["WebhookDescription"];
      events?: Schemas["ChosenEvents"];
      detail?: Schemas["WebhookDetail"];
      disabled?: boolean;
    }, Schemas["Webhook"]>;
  };
}
