/**
 * The form of an alert rule: what is asked for follows from the kind, and a line says what the rule
 * would do now.
 * @module
 */
import { api, debounce, fill, h } from "../../page/page.js";
import { inTurn } from "../../words/in-turn.js";
import { ALERT_KINDS, EMAILS, previewWords, SCOPES, WEEKDAYS } from "../../words/alert-words.js";
import { moneyInput } from "../../words/format.js";
import { LOCATION_KINDS } from "../../words/location-kinds.js";
import { ROLES } from "../../words/roles.js";
import { combobox } from "../../components/combobox/combobox.js";
import { amountIn, field, selectInput, textIn, textInput } from "../../components/field/field.js";

/** @typedef {import("../../api.js").Schemas["AlertRule"]} Rule */
/** @typedef {import("../../api.js").Schemas["AlertKind"]} Kind */
/** @typedef {{id: number, name: string, hasMail: boolean}} Person */

const PREVIEW_AFTER_MS = 250;

export class RuleForm {
  /** @type {Rule | null} */ #rule;
  /** @type {Person[]} */ #people;
  #what = h("div", { class: "form wide" });
  #preview = h("p", { class: "muted wide", role: "status" });
  #when = h("div", { class: "form wide" });
  #kind;
  #scope;
  #how;
  #times;

  /** @param {Rule | null} rule null for a new one @param {Person[]} people whom it may name */
  constructor(rule, people) {
    this.#rule = rule;
    this.#people = people;
    const kinds = Object.entries(ALERT_KINDS).map(([value, { label }]) => [value, label]);
    this.#kind = selectInput("kind", kinds, rule?.kind ?? "sold_out");
    this.#kind.disabled = rule !== null;
    this.#scope = selectInput("scope", [], "all");
    this.#kind.onchange = () => this.#drawWhat();
    this.#scope.onchange = () => this.#drawWhat(this.#scope.value);
    this.#what.addEventListener("input", () => this.#look());
    this.#what.addEventListener("choose", () => this.#look());
    this.#how = selectInput("email", Object.entries(EMAILS), rule?.email ?? "none");
    this.#how.onchange = () => this.#showWhen();
    this.#times = [
      field("Mails from", timeInput("from_time", rule?.from_time), { optional: true }),
      field("until", timeInput("until_time", rule?.until_time), {
        optional: true,
        hint: "What comes up outside of these hours waits until they begin.",
      }),
    ];
    fill(this.#when, this.#days(), this.#times);
    this.#drawWhat(rule?.scope);
    this.#showWhen();
  }

  get fields() {
    const rule = this.#rule;
    return [
      field("Name", textInput("name", rule?.name, { required: true, maxlength: 120 }), {
        wide: true,
      }),
      field("Tells of", this.#kind, { wide: true }),
      this.#what,
      this.#preview,
      this.#who(),
      field("How", this.#how, { hint: "The page shows it in any case.", wide: true }),
      this.#when,
    ];
  }

  /** What a new rule is created with. @param {FormData} form */
  created(form) {
    return { ...this.changed(form), kind: this.#kindNow };
  }

  /** What the form says, but for the kind. @param {FormData} form */
  changed(form) {
    const { threshold, scope, scope_id, location_kind } = this.#asked(form);
    const days = form.getAll("weekday").join("");
    return {
      name: textIn(form, "name"),
      threshold,
      scope,
      scope_id: scope_id ?? null,
      location_kind: location_kind ?? null,
      roles: /** @type {Rule["roles"]} */ (form.getAll("role")),
      ...(this.#people.length > 0 ? { user_ids: form.getAll("user_id").map(Number) } : {}),
      weekdays: days || "1234567",
      from_time: textIn(form, "from_time") || null,
      until_time: textIn(form, "until_time") || null,
      email: /** @type {Rule["email"]} */ (form.get("email")),
    };
  }

  get #kindNow() {
    return /** @type {Kind} */ (this.#kind.value);
  }

  /** When mails come is asked where there are any; a digest has its own hour. */
  #showWhen() {
    this.#when.hidden = this.#how.value === "none";
    for (const time of this.#times) time.hidden = this.#how.value !== "at_once";
  }

  /** Threshold and place, as the kind has them. @param {string} [wanted] the scope */
  #drawWhat(wanted = "all") {
    const kind = ALERT_KINDS[this.#kindNow];
    const scope = kind.scopes.find((each) => each === wanted) ?? "all";
    fill(
      this.#scope,
      kind.scopes.map((value) => h("option", { value, selected: value === scope }, SCOPES[value])),
    );
    this.#scope.value = scope;
    fill(
      this.#what,
      kind.threshold && this.#threshold(kind),
      kind.scopes.length > 1 && field("Where", this.#scope, { pointer: "/scope" }),
      this.#place(scope),
    );
    this.#look();
  }

  /** @param {import("../../words/alert-words.js").KindWords} kind */
  #threshold({ threshold = "", hint, unit, usual }) {
    const value = this.#rule?.threshold ?? usual;
    const shown = unit === "money" ? moneyInput(value) : String(value);
    const input = textInput("threshold", shown, {
      inputmode: unit === "money" ? "decimal" : "numeric",
      required: true,
    });
    return field(threshold, input, { hint, pointer: "/threshold" });
  }

  /** @param {Rule["scope"]} scope */
  #place(scope) {
    const rule = this.#rule;
    if (scope === "location_kind") {
      const kinds = Object.entries(LOCATION_KINDS);
      return field(
        "Kind of location",
        selectInput("location_kind", kinds, rule?.location_kind ?? ""),
      );
    }
    if (scope !== "route" && scope !== "device") return null;
    const chosen =
      rule?.scope === scope && rule.scope_id
        ? { value: rule.scope_id, label: rule.scope_name ?? "" }
        : null;
    const source = scope === "route" ? findRoutes : findDevices;
    const box = combobox({ name: "scope_id", required: true, chosen, source });
    return field(scope === "route" ? "Route" : "Device", box, { pointer: "/scope_id" });
  }

  #who() {
    const rule = this.#rule;
    const roles = rule?.roles ?? ["admin", "manager"];
    return h(
      "fieldset",
      { class: "boxes wide" },
      h("legend", null, "Who is told"),
      ROLES.map(({ role, label }) => box("role", role, `${label}s`, roles.includes(role))),
      this.#people.map(({ id, name, hasMail }) =>
        box(
          "user_id",
          String(id),
          hasMail ? name : `${name} (no address)`,
          rule?.user_ids.includes(id) ?? false,
        ),
      ),
      this.#disabled.map(({ id, name }) =>
        box("user_id", String(id), `${name} (cannot sign in)`, true),
      ),
    );
  }

  /** Whom the rule names although they cannot sign in now: they stay until somebody says so. */
  get #disabled() {
    const { user_ids, user_names } = this.#rule ?? { user_ids: [], user_names: [] };
    const offered = new Set(this.#people.map(({ id }) => id));
    return this.#people.length === 0
      ? []
      : user_ids
          .map((id, place) => ({ id, name: user_names[place] }))
          .filter(({ id }) => !offered.has(id));
  }

  #days() {
    const days = this.#rule?.weekdays ?? "1234567";
    return h(
      "fieldset",
      { class: "boxes days wide" },
      h("legend", null, "Days of mails"),
      WEEKDAYS.map((label, index) =>
        box("weekday", String(index + 1), label, days.includes(String(index + 1))),
      ),
    );
  }

  /** What a rule like this asks for. @param {FormData} form */
  #asked(form) {
    const { unit } = ALERT_KINDS[this.#kindNow];
    const text = textIn(form, "threshold");
    const threshold = unit === "money" ? amountIn(text, "/threshold") : Number(text);
    const scope = /** @type {Rule["scope"]} */ (form.get("scope") ?? "all");
    return {
      kind: this.#kindNow,
      threshold: threshold ?? 0,
      scope,
      scope_id: Number(form.get("scope_id")) || undefined,
      location_kind:
        scope === "location_kind"
          ? /** @type {keyof typeof LOCATION_KINDS} */ (form.get("location_kind"))
          : undefined,
    };
  }

  #look = debounce(() => this.#show().catch(() => fill(this.#preview)), PREVIEW_AFTER_MS);

  #show = inTurn(async () => {
    const form = this.#what.closest("form");
    // The age of a backup is no figure of machines.
    if (!form || this.#kindNow === "backup_old") return fill(this.#preview);
    const asked = this.#asked(new FormData(form));
    fill(
      this.#preview,
      previewWords(
        await api.alert_rule_service.preview_alert_rule({ ...asked, kind: this.#kindNow }),
      ),
    );
  });
}

/** @param {string} name @param {string} value @param {string} label @param {boolean} checked */
const box = (name, value, label, checked) =>
  h("label", null, h("input", { type: "checkbox", name, value, checked }), label);

/** @param {string} name @param {string | null} [value] */
const timeInput = (name, value) =>
  h("input", { class: "input", type: "time", name, value: value ?? "" });

/** @param {string} words */
async function findRoutes(words) {
  const { items } = await api.route_service.list_routes({ q: words, limit: 20 });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}

/** @param {string} words */
async function findDevices(words) {
  const { items } = await api.device_service.list_devices({ q: words, limit: 20 });
  return items.map(({ id, asset, name }) => ({
    value: id,
    label: asset,
    detail: name === asset ? undefined : name,
  }));
}
