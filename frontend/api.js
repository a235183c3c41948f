/**
 * The API, one method per operation of the contract: `api.product_service.list_products({ q: "cola"
 * })`.
 * Arguments are one flat object whose names are the contract's; the answer is its schema; a refusal
 * throws `ApiError`.
 * @module
 */

/** @typedef {import("./api.types.js").Api} Api */
/** @typedef {import("./api.types.js").Schemas} Schemas */
/** @typedef {import("./api.types.js").Operation} Operation */
/** @typedef {import("./api.types.js").Noun} Noun */
/** How a request is sent, as fetch does. @typedef {(url: string, request: RequestInit) => Promise<Response>} Via */
/**
 * @typedef {{signal?: AbortSignal, key?: string, answered?: (response: Response) => void, via?:
 *   Via}} Options
 *   `key`: the Idempotency-Key of a POST that is sent again later; `answered` hears what came back,
 *   before it is read; `via` sends in place of fetch
 */

/**
 * A request that takes longer than a second; `since` is when it was sent, in milliseconds.
 * @typedef {{saving: boolean, since: number}} Wait
 */

/** A refusal, carrying the problem document; `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  /**
   * @param {{status: number, title: string, detail: string, errors?: {pointer: string, message:
   *   string, may_confirm?: boolean}[], current?: any, request_id?: string,
   *   passkeys?: {id: string, transports: string[]}[], authenticator_app?: boolean}} problem
   */
  constructor(problem) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.current = problem.current;
    this.request_id = problem.request_id ?? "";
    this.passkeys = problem.passkeys ?? [];
    this.authenticator_app = problem.authenticator_app ?? false;
  }
}

// A refusal of these is for whoever is signing in to read.
const SIGNS_IN = /^\/api\/auth\/(login|passkey|provider)\b/;

/** @type {(() => Promise<void>) | null} */
let signInAgain = null;
/** @type {(reached: boolean) => void} */
let reachedServer = () => {};
/** @type {(wait: Wait | null) => void} */
let waitChanged = () => {};
/** Requests that take longer than a second, the first one first. @type {Set<Wait>} */
const waits = new Set();

/**
 * What to do when the session has ended: resolve once somebody is signed in and the request is sent
 * again.
 * @param {() => Promise<void>} handler
 */
export function whenSessionEnds(handler) {
  signInAgain = handler;
}

/**
 * Hears after every request whether the server was reached.
 * @param {(reached: boolean) => void} handler
 */
export function whenReached(handler) {
  reachedServer = handler;
}

/**
 * Hears which request has been waiting for over a second, or null when none is.
 * @param {(wait: Wait | null) => void} handler
 */
export function whenSlow(handler) {
  waitChanged = handler;
}

/**
 * @param {string} method @param {string} path with `{name}` for path arguments
 * @param {string[]} [query] names of query arguments; what remains is the body
 * @param {"json" | "form"} [body]
 * @returns {any}
 */
function operation(method, path, query = [], body = "json") {
  /** @param {Record<string, any>} args */
  const url = (args = {}) => address(path, query, args).url;
  /** @param {Record<string, any>} args @param {Options} [options] */
  const call = async (args = {}, options = {}) => {
    const { url, rest } = address(path, query, args);
    const headers = new Headers({ Accept: "application/json" });
    /** @type {RequestInit} */
    const request = { method, headers, credentials: "same-origin", signal: options.signal };
    if (method !== "GET" && body === "form") request.body = formOf(rest);
    else if (method !== "GET" && (Object.keys(rest).length > 0 || method !== "DELETE")) {
      headers.set("Content-Type", "application/json");
      request.body = JSON.stringify(rest);
    }
    if (method === "POST") headers.set("Idempotency-Key", options.key ?? newKey());
    return send(url, request, options);
  };
  return Object.assign(call, { url });
}

/** @param {string} path @param {string[]} query @param {Record<string, any>} args */
function address(path, query, args) {
  const rest = { ...args };
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const name of query) {
    const value = rest[name];
    delete rest[name];
    if (value === undefined || value === null || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  const text = search.toString();
  return { url: text ? `${filled}?${text}` : filled, rest };
}

/** @param {Record<string, any>} values */
function formOf(values) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Blob) form.append(name, value, value instanceof File ? value.name : name);
    else if (value !== undefined && value !== null) form.append(name, String(value));
  }
  return form;
}

/**
 * A new Idempotency-Key. crypto.randomUUID exists only on https and localhost; an office server may
 * be plain http.
 */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const TRIES = 3;
// What takes longer than this is said.
const SLOW_MS = 1000;
// What takes longer is told, rather than waited for.
const LONGEST_WAIT_S = 5;

/**
 * The answer, and a word to whoever listens while it takes long.
 * @param {Promise<Response>} answer
 * @param {RequestInit} request
 */
async function patient(answer, request) {
  const wait = { saving: request.method !== "GET", since: Date.now() };
  const told = () => waitChanged([...waits].find(({ saving }) => saving) ?? [...waits][0] ?? null);
  const timer = setTimeout(() => {
    waits.add(wait);
    told();
  }, SLOW_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    if (waits.delete(wait)) told();
  }
}

/**
 * A GET and a POST (which carries its key) are sent again when the answer got lost; a PATCH or PUT
 * is not, because its version would be stale.
 * @param {string} url @param {RequestInit} request @param {Options} options
 */
async function send(url, request, { answered, via = fetch }) {
  const repeatable = request.method === "GET" || request.method === "POST";
  for (let attempt = 1; ; attempt += 1) {
    const last = !repeatable || attempt === TRIES;
    const response = await asked(url, request, via);
    if (!response && !last) {
      await pause(attempt * 400);
      continue;
    }
    reachedServer(response !== null);
    if (!response) throw notReached(request);
    if (response.status === 401 && signInAgain && !SIGNS_IN.test(url)) {
      await signInAgain();
      continue;
    }
    const wait = waitOf(url, request, response, attempt);
    if (wait !== null && !last) {
      await pause(wait * 1000);
      continue;
    }
    answered?.(response);
    return answerOf(response);
  }
}

/**
 * What came back; null for nothing.
 * @param {string} url @param {RequestInit} request @param {Via} via
 */
async function asked(url, request, via) {
  try {
    return await patient(via(url, request), request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    return null;
  }
}

/** @param {RequestInit} request */
const notReached = ({ method }) =>
  new ApiError({
    status: 0,
    title: "The server cannot be reached",
    detail:
      method === "GET"
        ? "Nothing came back. Check the network, then try again."
        : "No answer came back, so it is not certain that this was saved. Check the network, " +
          "then look before you try again.",
  });

/**
 * How long a server asks to wait that is busy, or was asked too often, in seconds; null where there
 * is nothing to wait for. What was asked too often is asked once more, and only where it reads.
 * @param {string} url @param {RequestInit} request
 * @param {Response} response
 * @param {number} attempt
 */
function waitOf(url, { method }, { status, headers }, attempt) {
  const wait = Number(headers.get("Retry-After")) || 1;
  const isBusy = status === 503 && url !== "/api/health/ready";
  const isTooOften = status === 429 && method === "GET" && attempt === 1;
  return (isBusy || isTooOften) && wait <= LONGEST_WAIT_S ? wait : null;
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Response} response */
async function answerOf(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const isJson = /[/+]json\b/.test(type);
  if (!response.ok) {
    const problem = isJson ? await response.json().catch(() => ({})) : {};
    throw new ApiError({
      title: response.statusText || "The server refused",
      detail:
        "The server answered with something this page does not understand. Try again; if it " +
        "stays, tell the administrator.",
      request_id: response.headers.get("X-Request-Id") ?? "",
      ...problem,
      status: response.status,
    });
  }
  if (response.status === 204) return null;
  return isJson ? response.json() : response.blob();
}

/** @type {Api} */
export const api = {
  // generated by scripts/generate_api.py: begin
  alert_rule_service: {
    create_alert_rule: operation("POST", "/api/alert-rules"),
    get_alert_rule: operation("GET", "/api/alert-rules/{alert_rule_id}"),
    list_alert_rules: operation("GET", "/api/alert-rules", [
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
    ]),
    preview_alert_rule: operation("GET", "/api/alert-rules/preview", [
      "kind",
      "threshold",
      "scope",
      "scope_id",
      "location_kind",
    ]),
    update_alert_rule: operation("PATCH", "/api/alert-rules/{alert_rule_id}"),
  },
  alert_service: {
    acknowledge_alert: operation("POST", "/api/alerts/{alert_id}/acknowledgement"),
    assign_alert: operation("POST", "/api/alerts/{alert_id}/assignment"),
    get_alert: operation("GET", "/api/alerts/{alert_id}"),
    get_alert_summary: operation("GET", "/api/alerts/summary"),
    list_alerts: operation("GET", "/api/alerts", [
      "state",
      "kind",
      "device_id",
      "mine",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    reopen_alert: operation("DELETE", "/api/alerts/{alert_id}/acknowledgement"),
    snooze_alert: operation("POST", "/api/alerts/{alert_id}/snooze"),
  },
  api_key_service: {
    create_api_key: operation("POST", "/api/api-keys"),
    delete_api_key: operation("DELETE", "/api/api-keys/{api_key_id}"),
    delete_user_api_key: operation("DELETE", "/api/users/{user_id}/api-keys/{api_key_id}"),
    list_api_keys: operation("GET", "/api/api-keys"),
    list_scopes: operation("GET", "/api/api-key-scopes"),
    list_user_api_keys: operation("GET", "/api/users/{user_id}/api-keys"),
  },
  archive_service: {
    create_archive: operation("POST", "/api/archives"),
  },
  audit_service: {
    get_verification: operation("GET", "/api/audit-entries/verification"),
    list_audit_entries: operation("GET", "/api/audit-entries", [
      "user_id",
      "noun",
      "noun_id",
      "action",
      "from",
      "to",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
  },
  availability_service: {
    list_availability: operation("GET", "/api/availability", [
      "from",
      "to",
      "device_id",
      "route_id",
      "limit",
      "cursor",
    ]),
  },
  backup_service: {
    get_backup_state: operation("GET", "/api/backups/state"),
    list_backups: operation("GET", "/api/backups"),
  },
  board_service: {
    list_route_devices: operation("GET", "/api/routes/{route_id}/devices", [
      "sort",
      "limit",
      "cursor",
    ]),
  },
  cabinet_type_service: {
    create_cabinet_type: operation("POST", "/api/cabinet-types"),
    get_cabinet_type: operation("GET", "/api/cabinet-types/{cabinet_type_id}"),
    list_cabinet_types: operation("GET", "/api/cabinet-types", ["q", "limit", "cursor"]),
    update_cabinet_type: operation("PATCH", "/api/cabinet-types/{cabinet_type_id}"),
  },
  calendar_service: {
    list_calendar_orders: operation("GET", "/api/calendar-orders", [
      "from",
      "to",
      "route_id",
      "driver_id",
    ]),
  },
  comparison_service: {
    get_comparison: operation("GET", "/api/comparison", [
      "device_ids",
      "from",
      "to",
      "format",
      "for",
    ]),
  },
  contract_service: {
    get_docs: operation("GET", "/api/docs"),
    get_openapi: operation("GET", "/api/openapi.json"),
  },
  count_difference_service: {
    create_count_acknowledgement: operation("POST", "/api/visits/{visit_id}/count-acknowledgement"),
    delete_count_acknowledgement: operation(
      "DELETE",
      "/api/visits/{visit_id}/count-acknowledgement",
    ),
    get_shrinkage: operation("GET", "/api/shrinkage", ["group_by", "from", "to"]),
    list_count_differences: operation("GET", "/api/count-differences", [
      "from",
      "to",
      "device_id",
      "product_id",
      "unseen",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
  },
  dashboard_service: {
    get_dashboard: operation("GET", "/api/dashboard"),
  },
  device_history_service: {
    list_device_history: operation("GET", "/api/devices/{device_id}/history", ["limit", "cursor"]),
  },
  device_service: {
    create_cabinet: operation("POST", "/api/devices/{device_id}/cabinets"),
    create_device: operation("POST", "/api/devices"),
    delete_cabinet: operation("DELETE", "/api/cabinets/{cabinet_id}"),
    delete_device: operation("DELETE", "/api/devices/{device_id}"),
    get_device: operation("GET", "/api/devices/{device_id}"),
    list_devices: operation("GET", "/api/devices", [
      "q",
      "route_id",
      "location_id",
      "product_id",
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    restore_device: operation("POST", "/api/devices/{device_id}/restoration"),
    update_device: operation("PATCH", "/api/devices/{device_id}"),
  },
  device_type_service: {
    create_device_type: operation("POST", "/api/device-types"),
    get_device_type: operation("GET", "/api/device-types/{device_type_id}"),
    list_device_types: operation("GET", "/api/device-types", ["q", "limit", "cursor"]),
    update_device_type: operation("PATCH", "/api/device-types/{device_type_id}"),
  },
  dex_batch_service: {
    create_dex_batch: operation("POST", "/api/dex-batches", [], "form"),
    get_dex_batch: operation("GET", "/api/dex-batches/{dex_batch_id}"),
    list_dex_batch_files: operation("GET", "/api/dex-batch-files", [
      "dex_batch_id",
      "needs_a_look",
      "limit",
      "cursor",
    ]),
  },
  dex_preview_service: {
    create_acceptance_preview: operation("POST", "/api/dex-reads/{dex_read_id}/acceptance-preview"),
  },
  dex_read_service: {
    accept_dex_read: operation("POST", "/api/dex-reads/{dex_read_id}/acceptance"),
    assign_dex_read: operation("POST", "/api/dex-reads/{dex_read_id}/assignment"),
    create_dex_read: operation("POST", "/api/dex-reads", [], "form"),
    get_dex_read: operation("GET", "/api/dex-reads/{dex_read_id}"),
    get_dex_read_raw: operation("GET", "/api/dex-reads/{dex_read_id}/raw"),
    list_dex_reads: operation("GET", "/api/dex-reads", [
      "device_id",
      "status",
      "held",
      "source_id",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
  },
  dex_source_service: {
    list_dex_sources: operation("GET", "/api/dex-sources"),
  },
  erasure_service: {
    erase_user: operation("POST", "/api/users/{user_id}/erasure"),
  },
  example_service: {
    create_example_fleet: operation("POST", "/api/example-fleet"),
  },
  export_service: {
    create_export: operation("POST", "/api/exports"),
    create_export_preview: operation("POST", "/api/export-previews"),
    delete_export: operation("DELETE", "/api/exports/{export_id}"),
    get_export: operation("GET", "/api/exports/{export_id}"),
    get_export_file: operation("GET", "/api/exports/{export_id}/file"),
    list_exports: operation("GET", "/api/exports", ["operation"]),
  },
  file_service: {
    create_file: operation("POST", "/api/files", [], "form"),
    delete_file: operation("DELETE", "/api/files/{file_id}"),
    get_file: operation("GET", "/api/files/{file_id}"),
    get_thumbnail: operation("GET", "/api/files/{file_id}/thumbnail", ["size"]),
    list_files: operation("GET", "/api/files", ["noun", "noun_id"]),
    restore_file: operation("POST", "/api/files/{file_id}/restoration"),
  },
  first_steps_service: {
    get_first_steps: operation("GET", "/api/first-steps"),
    update_first_steps: operation("PUT", "/api/first-steps"),
  },
  health_service: {
    get_liveness: operation("GET", "/api/health/live"),
    get_readiness: operation("GET", "/api/health/ready"),
  },
  import_service: {
    create_import: operation("POST", "/api/imports", [], "form"),
    delete_import: operation("DELETE", "/api/imports/{import_id}"),
    get_import: operation("GET", "/api/imports/{import_id}"),
    get_import_sales: operation("GET", "/api/imports/{import_id}/sales"),
    get_import_template: operation("GET", "/api/import-template", ["kind", "file"]),
    list_import_kinds: operation("GET", "/api/import-kinds"),
    list_import_rows: operation("GET", "/api/import-rows", [
      "import_id",
      "verdict",
      "limit",
      "cursor",
    ]),
    list_imports: operation("GET", "/api/imports", ["limit", "cursor"]),
    run_import: operation("POST", "/api/imports/{import_id}/run"),
    update_import: operation("PATCH", "/api/imports/{import_id}"),
    withdraw_import: operation("POST", "/api/imports/{import_id}/withdrawal"),
  },
  installation_service: {
    create_installation: operation("POST", "/api/dex-reads/{dex_read_id}/installation"),
  },
  job_service: {
    cancel_job: operation("POST", "/api/jobs/{job_id}/cancellation"),
    get_job: operation("GET", "/api/jobs/{job_id}"),
    list_jobs: operation("GET", "/api/jobs", [
      "state",
      "kind",
      "mine",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    retry_job: operation("POST", "/api/jobs/{job_id}/retry"),
  },
  label_service: {
    list_labels: operation("GET", "/api/labels", [
      "noun",
      "ids",
      "route_id",
      "location_id",
      "limit",
      "cursor",
      "counted",
    ]),
  },
  list_layout_service: {
    get_list_layout: operation("GET", "/api/list-layout", ["list_name"]),
    set_list_layout: operation("PUT", "/api/list-layout"),
  },
  location_service: {
    create_location: operation("POST", "/api/locations"),
    get_location: operation("GET", "/api/locations/{location_id}"),
    list_locations: operation("GET", "/api/locations", [
      "q",
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    update_location: operation("PATCH", "/api/locations/{location_id}"),
  },
  mail_server_service: {
    create_test_mail: operation("POST", "/api/mail-server/test"),
    get_mail_server: operation("GET", "/api/mail-server"),
  },
  map_service: {
    list_map_orders: operation("GET", "/api/map-orders"),
    list_map_points: operation("GET", "/api/map-points"),
  },
  mass_change_service: {
    create_mass_change: operation("POST", "/api/mass-changes"),
    create_mass_change_preview: operation("POST", "/api/mass-changes/preview"),
    get_mass_change: operation("GET", "/api/mass-changes/{mass_change_id}"),
    list_mass_change_parts: operation("GET", "/api/mass-changes/{mass_change_id}/parts", [
      "limit",
      "cursor",
    ]),
    list_mass_changes: operation("GET", "/api/mass-changes", ["limit", "cursor", "counted"]),
    undo_mass_change: operation("POST", "/api/mass-changes/{mass_change_id}/undo"),
  },
  metrics_service: {
    get_device_metrics: operation("GET", "/api/devices/{device_id}/metrics"),
  },
  open_session_service: {
    delete_other_sessions: operation("DELETE", "/api/sessions"),
    delete_own_session: operation("DELETE", "/api/sessions/{session_id}"),
    delete_user_session: operation("DELETE", "/api/users/{user_id}/sessions/{session_id}"),
    delete_user_sessions: operation("DELETE", "/api/users/{user_id}/sessions"),
    list_sessions: operation("GET", "/api/sessions"),
    list_user_sessions: operation("GET", "/api/users/{user_id}/sessions"),
  },
  passkey_service: {
    create_challenge: operation("POST", "/api/passkeys/challenge"),
    create_passkey: operation("POST", "/api/passkeys"),
    delete_passkey: operation("POST", "/api/passkeys/{passkey_id}/removal"),
    list_passkeys: operation("GET", "/api/passkeys"),
    list_user_passkeys: operation("GET", "/api/users/{user_id}/passkeys"),
    update_passkey: operation("PATCH", "/api/passkeys/{passkey_id}"),
  },
  passkey_sign_in_service: {
    create_challenge: operation("POST", "/api/auth/passkey"),
    create_session: operation("POST", "/api/auth/passkey/session"),
    get_offer: operation("GET", "/api/auth/passkey"),
  },
  planned_change_service: {
    cancel_planned_change: operation(
      "POST",
      "/api/planned-changes/{planned_change_id}/cancellation",
    ),
    create_planned_change: operation("POST", "/api/planned-changes"),
    get_planned_change: operation("GET", "/api/planned-changes/{planned_change_id}"),
    get_planned_change_preview: operation(
      "GET",
      "/api/planned-changes/{planned_change_id}/preview",
    ),
    list_planned_changes: operation("GET", "/api/planned-changes", [
      "ended",
      "limit",
      "cursor",
      "counted",
    ]),
  },
  planogram_service: {
    create_planogram_proposal: operation("POST", "/api/cabinets/{cabinet_id}/planogram/proposal"),
    get_planogram: operation("GET", "/api/cabinets/{cabinet_id}/planogram"),
    list_planogram_changes: operation("GET", "/api/cabinets/{cabinet_id}/planogram-changes", [
      "slot_id",
      "limit",
      "cursor",
    ]),
    update_planogram: operation("PUT", "/api/cabinets/{cabinet_id}/planogram"),
  },
  product_overview_service: {
    get_product_overview: operation("GET", "/api/products/{product_id}/overview"),
    list_product_changes: operation("GET", "/api/products/{product_id}/changes", [
      "limit",
      "cursor",
    ]),
    list_product_slots: operation("GET", "/api/products/{product_id}/slots", [
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
  },
  product_service: {
    create_product: operation("POST", "/api/products"),
    get_product: operation("GET", "/api/products/{product_id}"),
    list_products: operation("GET", "/api/products", [
      "q",
      "category",
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    update_product: operation("PATCH", "/api/products/{product_id}"),
  },
  provider_service: {
    create_flow: operation("POST", "/api/auth/provider"),
    create_session: operation("POST", "/api/auth/provider/session"),
    get_provider: operation("GET", "/api/auth/provider"),
  },
  quarantine_service: {
    delete_quarantined_file: operation("DELETE", "/api/quarantined-files/{quarantined_file_id}"),
    get_quarantined_file_raw: operation("GET", "/api/quarantined-files/{quarantined_file_id}/raw"),
    list_quarantined_files: operation("GET", "/api/quarantined-files", ["limit", "cursor"]),
  },
  recurring_day_service: {
    list_recurring_days: operation("GET", "/api/recurring-days", [
      "from",
      "to",
      "route_id",
      "driver_id",
    ]),
    update_recurring_day: operation("PUT", "/api/recurring-visits/{recurring_visit_id}/days"),
  },
  recurring_visit_service: {
    create_recurring_visit: operation("POST", "/api/recurring-visits"),
    get_recurring_visit: operation("GET", "/api/recurring-visits/{recurring_visit_id}"),
    list_recurring_visits: operation("GET", "/api/recurring-visits", [
      "route_id",
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
    ]),
    update_recurring_visit: operation("PATCH", "/api/recurring-visits/{recurring_visit_id}"),
  },
  removal_service: {
    preview_removal: operation("GET", "/api/retention/preview", [
      "dex_content_days",
      "quarantined_file_days",
      "dex_batch_days",
      "job_days",
      "webhook_delivery_days",
      "ticket_days",
    ]),
  },
  rereading: {
    list_book_changes: operation("GET", "/api/book-changes", ["limit", "cursor"]),
  },
  retention_service: {
    get_retention: operation("GET", "/api/retention"),
    update_retention: operation("PATCH", "/api/retention"),
  },
  route_service: {
    create_route: operation("POST", "/api/routes"),
    get_route: operation("GET", "/api/routes/{route_id}"),
    list_routes: operation("GET", "/api/routes", [
      "q",
      "driver_id",
      "archived",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    update_route: operation("PATCH", "/api/routes/{route_id}"),
  },
  sale_service: {
    get_coverage: operation("GET", "/api/sales/coverage", [
      "from",
      "to",
      "device_id",
      "route_id",
      "location_id",
    ]),
    list_sales: operation("GET", "/api/sales", [
      "group_by",
      "from",
      "to",
      "device_id",
      "route_id",
      "location_id",
      "assignment",
      "sort",
      "limit",
      "cursor",
      "format",
      "for",
    ]),
  },
  saved_view_service: {
    create_saved_view: operation("POST", "/api/saved-views"),
    delete_saved_view: operation("DELETE", "/api/saved-views/{saved_view_id}"),
    get_saved_view: operation("GET", "/api/saved-views/{saved_view_id}"),
    list_pinned_views: operation("GET", "/api/saved-views/pinned"),
    pin_saved_view: operation("PUT", "/api/saved-views/{saved_view_id}/pin"),
    restore_saved_view: operation("POST", "/api/saved-views/{saved_view_id}/restoration"),
    update_saved_view: operation("PATCH", "/api/saved-views/{saved_view_id}"),
  },
  schedule_service: {
    get_schedule: operation("GET", "/api/schedules/{schedule_id}"),
    list_schedules: operation("GET", "/api/schedules"),
    run_schedule: operation("POST", "/api/schedules/{schedule_id}/run"),
    update_schedule: operation("PATCH", "/api/schedules/{schedule_id}"),
  },
  search_service: {
    search: operation("GET", "/api/search", ["q", "limit"]),
  },
  second_factor_service: {
    confirm_second_factor: operation("POST", "/api/second-factor/confirmation"),
    create_recovery_codes: operation("POST", "/api/second-factor/recovery-codes"),
    create_reset: operation("POST", "/api/users/{user_id}/second-factor-reset"),
    create_second_factor: operation("POST", "/api/second-factor"),
    delete_second_factor: operation("POST", "/api/second-factor/removal"),
    get_second_factor: operation("GET", "/api/second-factor"),
  },
  service_order_service: {
    assign_service_order: operation("POST", "/api/service-orders/{service_order_id}/assignment"),
    cancel_service_order: operation("POST", "/api/service-orders/{service_order_id}/cancellation"),
    create_service_order: operation("POST", "/api/service-orders"),
    create_service_order_preview: operation("POST", "/api/service-order-previews"),
    get_pick_list: operation("GET", "/api/service-orders/{service_order_id}/pick-list"),
    get_service_order: operation("GET", "/api/service-orders/{service_order_id}"),
    list_service_orders: operation("GET", "/api/service-orders", [
      "q",
      "status",
      "open",
      "route_id",
      "without_route",
      "driver_id",
      "device_id",
      "scheduled_on",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    load_service_order: operation("POST", "/api/service-orders/{service_order_id}/loading"),
    update_service_order: operation("PATCH", "/api/service-orders/{service_order_id}"),
  },
  session_service: {
    change_password: operation("POST", "/api/auth/password"),
    create_session: operation("POST", "/api/auth/login"),
    delete_session: operation("POST", "/api/auth/logout"),
    get_me: operation("GET", "/api/auth/me"),
    update_me: operation("PATCH", "/api/auth/me"),
  },
  settings_service: {
    get_settings: operation("GET", "/api/settings"),
    list_currencies: operation("GET", "/api/currencies"),
    update_settings: operation("PATCH", "/api/settings"),
  },
  setup_service: {
    create_setup: operation("POST", "/api/setup"),
    get_setup: operation("GET", "/api/setup"),
  },
  sign_in_rule_service: {
    get_sign_in_rules: operation("GET", "/api/sign-in-rules"),
    update_sign_in_rules: operation("PUT", "/api/sign-in-rules"),
  },
  signing_key_service: {
    get_jwks: operation("GET", "/.well-known/jwks.json"),
  },
  skip_service: {
    create_skip: operation("POST", "/api/service-orders/{service_order_id}/skips"),
    reverse_skip: operation("POST", "/api/skips/{skip_id}/reversal"),
  },
  slot_change_service: {
    create_slot_change: operation("POST", "/api/products/{product_id}/slot-changes"),
    create_slot_change_preview: operation(
      "POST",
      "/api/products/{product_id}/slot-changes/preview",
    ),
    undo_slot_change: operation("POST", "/api/slot-changes/{slot_change_id}/undo"),
  },
  stock_service: {
    list_stock_moves: operation("GET", "/api/slots/{slot_id}/stock-moves", ["limit", "cursor"]),
  },
  ticket_entry_service: {
    create_ticket_entry: operation("POST", "/api/tickets/{ticket_id}/entries"),
    list_ticket_entries: operation("GET", "/api/tickets/{ticket_id}/entries", ["limit", "cursor"]),
  },
  ticket_service: {
    create_ticket: operation("POST", "/api/tickets"),
    get_ticket: operation("GET", "/api/tickets/{ticket_id}"),
    list_ticket_assignees: operation("GET", "/api/ticket-assignees"),
    list_tickets: operation("GET", "/api/tickets", [
      "q",
      "status",
      "kind",
      "mine",
      "overdue",
      "down",
      "device_id",
      "location_id",
      "service_order_id",
      "route_id",
      "sort",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    update_ticket: operation("PATCH", "/api/tickets/{ticket_id}"),
  },
  token_family_service: {
    delete_token_family: operation("DELETE", "/api/token-families/{token_family_id}"),
    delete_user_token_family: operation(
      "DELETE",
      "/api/users/{user_id}/token-families/{token_family_id}",
    ),
    list_token_families: operation("GET", "/api/token-families"),
    list_user_token_families: operation("GET", "/api/users/{user_id}/token-families"),
  },
  token_service: {
    create_tokens: operation("POST", "/api/tokens"),
    refresh_tokens: operation("POST", "/api/tokens/refresh"),
    revoke_tokens: operation("POST", "/api/tokens/revocation"),
  },
  user_service: {
    create_password_reset: operation("POST", "/api/users/{user_id}/password-reset"),
    create_user: operation("POST", "/api/users"),
    get_user: operation("GET", "/api/users/{user_id}"),
    list_drivers: operation("GET", "/api/drivers"),
    list_users: operation("GET", "/api/users", [
      "q",
      "role",
      "disabled",
      "limit",
      "cursor",
      "counted",
      "format",
      "for",
    ]),
    update_user: operation("PATCH", "/api/users/{user_id}"),
  },
  visit_service: {
    create_unplanned_visit: operation("POST", "/api/visits"),
    create_visit: operation("POST", "/api/service-orders/{service_order_id}/visits"),
    get_visit: operation("GET", "/api/visits/{visit_id}"),
    reverse_visit: operation("POST", "/api/visits/{visit_id}/reversal"),
  },
  webhook_delivery_service: {
    get_webhook_delivery: operation("GET", "/api/webhook-deliveries/{webhook_delivery_id}"),
    list_webhook_deliveries: operation("GET", "/api/webhooks/{webhook_id}/deliveries", [
      "state",
      "limit",
      "cursor",
      "counted",
    ]),
    replay_webhook: operation("POST", "/api/webhooks/{webhook_id}/replay"),
    replay_webhook_delivery: operation(
      "POST",
      "/api/webhook-deliveries/{webhook_delivery_id}/replay",
    ),
  },
  webhook_service: {
    create_webhook: operation("POST", "/api/webhooks"),
    delete_webhook: operation("DELETE", "/api/webhooks/{webhook_id}"),
    get_webhook: operation("GET", "/api/webhooks/{webhook_id}"),
    list_event_types: operation("GET", "/api/webhook-event-types"),
    list_webhooks: operation("GET", "/api/webhooks"),
    replace_secret: operation("POST", "/api/webhooks/{webhook_id}/secret"),
    resume_webhook: operation("POST", "/api/webhooks/{webhook_id}/resumption"),
    test_webhook: operation("POST", "/api/webhooks/{webhook_id}/test"),
    update_webhook: operation("PATCH", "/api/webhooks/{webhook_id}"),
  },
  // generated by scripts/generate_api.py: end
};
