/**
 * The contract as its page needs it: operations by noun, each with all that is said of it in one
 * place.
 * @module
 */

/** @typedef {Record<string, any>} Schema of JSON, as the contract states it */
/**
 * @typedef {{name: string, place: "path" | "query", required: boolean, description?: string,
 *   schema: Schema}} Parameter
 */
/**
 * @typedef {{status: string, description: string, content: [mediaType: string, schema: Schema][]}}
 *   Stated one answer of a success
 */
/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {string} method in capitals
 * @property {string} path
 * @property {string} summary
 * @property {string} noun
 * @property {string} who may, in words
 * @property {Parameter[]} parameters
 * @property {{mediaType: string, schema: Schema} | null} body
 * @property {Stated[]} answers
 * @property {string} words what it is found by
 */

const METHODS = ["get", "post", "put", "patch", "delete"];
const EVERY_ROLE = ["admin", "manager", "driver", "viewer"];
export const JSON_TYPE = "application/json";
export const FORM_TYPE = "multipart/form-data";

/** @param {Schema} contract @returns {Operation[]} */
export function operationsOf(contract) {
  return Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) =>
      operationOf(contract, path, method, item),
    ),
  );
}

/**
 * @param {Schema} contract
 * @param {string} path
 * @param {string} method
 * @param {Schema} item
 * @returns {Operation}
 */
function operationOf(contract, path, method, item) {
  const stated = item[method];
  const [body] = Object.entries(/** @type {Schema} */ (stated.requestBody?.content ?? {}));
  const operation = {
    name: stated.operationId,
    method: method.toUpperCase(),
    path,
    summary: stated.summary,
    noun: stated.tags[0],
    who: whoMay(stated["x-roles"]),
    parameters: [...(item.parameters ?? []), ...(stated.parameters ?? [])].map((each) =>
      parameterOf(contract, each),
    ),
    body: body ? { mediaType: body[0], schema: body[1].schema } : null,
    answers: Object.entries(stated.responses)
      .filter(([status]) => status.startsWith("2"))
      .map(([status, { description, content }]) => ({
        status,
        description,
        content: Object.entries(/** @type {Schema} */ (content ?? {})).map(
          ([type, { schema }]) => /** @type {[string, Schema]} */ ([type, schema]),
        ),
      })),
  };
  const roles = Array.isArray(stated["x-roles"]) ? stated["x-roles"] : EVERY_ROLE;
  const words = [
    operation.method,
    path,
    operation.name,
    operation.summary,
    operation.who,
    wordedNoun(operation.noun),
    ...roles,
  ];
  return { ...operation, words: words.join(" ").toLowerCase() };
}

/** @param {Schema} contract @param {Schema} stated @returns {Parameter} */
function parameterOf(contract, stated) {
  const {
    name,
    in: place,
    required = false,
    description,
    schema,
  } = stated.$ref ? contract.components.parameters[nameOf(stated)] : stated;
  return { name, place, required, description, schema };
}

/** @param {string | string[]} roles */
function whoMay(roles) {
  if (roles === "anyone") return "Anyone";
  if (roles === "signed-in") return "Anyone signed in";
  if (roles.length === EVERY_ROLE.length) return "Every role";
  const words = /** @type {string[]} */ (roles).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name that a reference refers to. @param {Schema} schema */
export const nameOf = ({ $ref }) => String($ref).split("/").pop() ?? "";

/**
 * What a schema says, whether it is named or not.
 * @param {Schema} schemas
 * @param {Schema} schema
 * @returns {Schema}
 */
export const resolved = (schemas, schema) =>
  schema.$ref ? resolved(schemas, schemas[nameOf(schema)]) : schema;

/** `dex_reads` as a heading. @param {string} noun */
export function wordedNoun(noun) {
  const words = noun
    .replaceAll("_", " ")
    .replace(/^openapi$/, "openAPI")
    .replace(/\bdex\b/, "DEX")
    .replace(/\bapi\b/, "API");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
