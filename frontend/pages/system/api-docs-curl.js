/**
 * Operations as lines for a terminal. What is to be put in stands there in capitals.
 * @module
 */
import { asQuery } from "../../page/addresses.js";
import { FORM_TYPE, resolved } from "./api-docs-contract.js";

/** @typedef {import("./api-docs-contract.js").Operation} Operation */
/** @typedef {import("./api-docs-contract.js").Schema} Schema */

/** Where curl keeps the session. */
const JAR = "cvd.cookies";
const SIGN_IN = "session_service.create_session";

/**
 * @param {Record<string, Schema>} schemas @param {Operation} operation
 * @param {Record<string, string>} [values] of its parameters
 */
export function curl(schemas, { name, method, path, parameters, body }, values = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, each) =>
    values[each] ? encodeURIComponent(values[each]) : each.toUpperCase(),
  );
  const asked = parameters
    .filter(({ place }) => place === "query")
    .map(
      (each) =>
        /** @type {[string, string]} */ ([
          each.name,
          values[each.name] || (each.required ? each.name.toUpperCase() : ""),
        ]),
    );
  return [
    "curl",
    ...(method === "GET" ? [] : ["-X", method]),
    name === SIGN_IN ? "-c" : "-b",
    JAR,
    ...(body ? sent(schemas, body) : []),
    quoted(location.origin + filled + asQuery(Object.fromEntries(asked))),
  ].join(" ");
}

/** @param {Record<string, Schema>} schemas @param {{mediaType: string, schema: Schema}} body */
function sent(schemas, { mediaType, schema }) {
  const { properties = {}, required = [] } = resolved(schemas, schema);
  if (mediaType !== FORM_TYPE)
    return ["-H", quoted(`Content-Type: ${mediaType}`), "-d", quoted(sample(schemas, schema, ""))];
  return required.flatMap((/** @type {string} */ name) => [
    "-F",
    quoted(`${name}=${properties[name].format === "binary" ? "@" : ""}${name.toUpperCase()}`),
  ]);
}

/**
 * JSON with what is required.
 * @param {Record<string, Schema>} schemas
 * @param {Schema} stated
 * @param {string} name
 * @returns {string}
 */
function sample(schemas, stated, name) {
  const schema = resolved(schemas, stated);
  if (schema.oneOf) return sample(schemas, schema.oneOf[0], name);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.properties) {
    const pair = (/** @type {string} */ each) =>
      `${JSON.stringify(each)}: ${sample(schemas, schema.properties[each], each)}`;
    return `{${(schema.required ?? []).map(pair).join(", ")}}`;
  }
  const type = [schema.type].flat()[0];
  if (type === "array") return `[${sample(schemas, schema.items, name.replace(/s$/, ""))}]`;
  if (type === "object") return "{}";
  return type === "string" ? `"${name.toUpperCase()}"` : name.toUpperCase();
}

/** One word of a shell. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
