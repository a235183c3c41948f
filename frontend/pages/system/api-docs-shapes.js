/**
 * Shapes in the notation of docs/api.md: `name?: type — meaning`, every name of a schema a link to
 * it.
 * @module
 */
import { h } from "../../page/dom.js";
import { JSON_TYPE, nameOf } from "./api-docs-contract.js";

/** @typedef {import("./api-docs-contract.js").Schema} Schema */

export const isShape = (/** @type {Schema} */ schema) =>
  "properties" in schema || "oneOf" in schema;
export const isPage = (/** @type {Schema} */ schema) => "next_cursor" in (schema.properties ?? {});

/** Writes schemas as lines, each as deep as it is nested. */
class Writer {
  /** @type {HTMLElement[]} */ lines = [];

  /** @param {Record<string, Schema>} schemas */
  constructor(schemas) {
    this.schemas = schemas;
    this.begin(0);
  }

  /** @param {number} depth */
  begin(depth) {
    this.lines.push(h("div", { style: { "--depth": depth } }));
  }

  /** @param {...(Node | string)} parts */
  put(...parts) {
    this.lines.at(-1)?.append(...parts);
  }

  /** @param {Schema} schema @param {number} depth */
  object({ properties, required = [] }, depth) {
    this.put("{");
    for (const [name, stated] of Object.entries(
      /** @type {Record<string, Schema>} */ (properties),
    )) {
      this.begin(depth + 1);
      this.put(h("b", null, name), required.includes(name) ? ": " : "?: ");
      this.kind(stated, depth + 1);
      if (stated.description) this.put(h("span", { class: "note" }, ` — ${stated.description}`));
    }
    this.begin(depth);
    this.put("}");
  }

  /** @param {Schema} schema @param {number} depth */
  kind(schema, depth) {
    if (schema.$ref) this.named(nameOf(schema), depth);
    else if (schema.oneOf) this.options(schema.oneOf, depth);
    else if ("const" in schema) this.put(JSON.stringify(schema.const));
    else if (schema.properties) this.object(schema, depth);
    else if (schema.enum) this.put(schema.enum.join(" | "));
    else if (schema.type === "array") {
      this.put("[");
      this.kind(schema.items, depth);
      this.put("]", range(schema, "Items"));
    } else if (schema.type === "object" && schema.additionalProperties) {
      this.put("{selection: ");
      this.kind(schema.additionalProperties, depth);
      this.put("}");
    } else
      this.put(
        [schema.type ?? "anything"]
          .flat()
          .map((type) => simple(type, schema))
          .join(" or "),
      );
  }

  /** @param {Schema[]} options @param {number} depth */
  options(options, depth) {
    for (const [at, option] of options.entries()) {
      if (at > 0) this.put(" or ");
      this.kind(option, depth);
    }
  }

  /** @param {string} name @param {number} depth */
  named(name, depth) {
    const schema = this.schemas[name] ?? {};
    const plain = name.replace(/^Nullable/, "");
    if (isPage(schema)) {
      this.put("a page of ");
      this.kind(schema.properties.items.items, depth);
    } else if (plain !== name)
      this.put(
        this.schemas[plain] ? linked(plain, valueName(plain)) : valueName(plain),
        " or null",
      );
    else this.put(linked(name, isShape(schema) ? name : valueName(name)));
  }
}

/** An object over several lines. @param {Record<string, Schema>} schemas @param {Schema} schema */
export function shape(schemas, schema) {
  const writer = new Writer(schemas);
  writer.kind(schema, 0);
  return h("div", { class: "shape" }, writer.lines);
}

/**
 * What a value may be, and what else is said of it, in one line.
 * @param {Record<string, Schema>} schemas
 * @param {Schema} schema
 * @param {string} [meaning]
 */
export function described(schemas, schema, meaning = schema.description) {
  const notes = [
    meaning?.replace(/\.$/, ""),
    schema.default !== undefined && `default ${schema.default}`,
    schema.pattern === "\\S" && "not blank",
  ]
    .filter(Boolean)
    .join("; ");
  const pattern = schema.pattern && schema.pattern !== "\\S" && !schema.format;
  return [
    kindOf(schemas, schema),
    notes && ` — ${notes}`,
    pattern && [notes ? "; " : " — ", h("code", { class: "muted" }, schema.pattern)],
    schema.examples && [" such as ", h("code", null, schema.examples[0])],
  ];
}

/**
 * What an answer is made of: a link for what is named, its shape for what is not.
 * @param {Record<string, Schema>} schemas
 * @param {[string, Schema][]} content
 */
export function contents(schemas, content) {
  return content.map(([mediaType, schema]) => {
    if (mediaType !== JSON_TYPE) return [" — ", h("code", null, mediaType)];
    return schema.properties ? shape(schemas, schema) : [" — ", kindOf(schemas, schema)];
  });
}

/** @param {Record<string, Schema>} schemas @param {Schema} schema that is said in one line */
function kindOf(schemas, schema) {
  const writer = new Writer(schemas);
  writer.kind(schema, 0);
  return h("code", null, ...(writer.lines[0]?.childNodes ?? []));
}

/** A value's name begins small, a shape's does not. @param {string} name */
export const valueName = (name) => name.charAt(0).toLowerCase() + name.slice(1);

/** @param {string} name @param {string} word */
const linked = (name, word) => h("a", { href: `#${name}` }, word);

/** @param {string} type @param {Schema} schema */
function simple(type, schema) {
  if (type === "integer" || type === "number") return type + range(schema, "imum");
  if (type !== "string") return type;
  return (
    ({ "date-time": "time", binary: "file" }[/** @type {string} */ (schema.format)] ?? "text") +
    range(schema, "Length")
  );
}

/** @param {Schema} schema @param {"imum" | "Length" | "Items"} of */
function range(schema, of) {
  const least = schema[`min${of}`];
  const most = schema[`max${of}`];
  return least === undefined && most === undefined ? "" : ` ${least ?? ""}..${most ?? ""}`;
}
