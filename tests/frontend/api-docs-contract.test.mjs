import assert from "node:assert/strict";
import { test } from "node:test";
import * as contract from "../../frontend/pages/system/api-docs-contract.js";

const responses = {
  200: { description: "It", content: { "application/json": { schema: { type: "object" } } } },
  204: { description: "Nothing" },
  404: { description: "No such product" },
};
const stated = (more = {}) => ({
  operationId: "product_service.get_product",
  summary: "One product",
  tags: ["products"],
  "x-roles": ["admin", "manager"],
  responses,
  ...more,
});
const of = (item, components = {}) =>
  contract.operationsOf({ paths: { "/api/products/{id}": item }, components });

test("an operation is told with its path's parameters and its own, named or not", () => {
  const components = { parameters: { Id: { name: "id", in: "path", required: true, schema: {} } } };
  const [read] = of(
    {
      parameters: [{ $ref: "#/components/parameters/Id" }],
      get: stated({ parameters: [{ name: "q", in: "query", schema: {} }] }),
    },
    components,
  );
  assert.deepEqual(
    read.parameters.map(({ name, place, required }) => [name, place, required]),
    [
      ["id", "path", true],
      ["q", "query", false],
    ],
  );
  assert.equal(read.method, "GET");
  assert.equal(read.body, null);
});

test("only what a success answers is told", () => {
  const [{ answers }] = of({ get: stated() });
  assert.deepEqual(
    answers.map(({ status, content }) => [status, content.length]),
    [
      ["200", 1],
      ["204", 0],
    ],
  );
});

test("a body is told with its kind", () => {
  const content = { "application/json": { schema: { type: "object" } } };
  const [made] = of({ post: stated({ requestBody: { content } }) });
  assert.deepEqual(made.body, { mediaType: "application/json", schema: { type: "object" } });
});

test("who may is said in words", () => {
  const who = (roles) => of({ get: stated({ "x-roles": roles }) })[0].who;
  assert.equal(who("anyone"), "Anyone");
  assert.equal(who("signed-in"), "Anyone signed in");
  assert.equal(who(["admin", "manager", "driver", "viewer"]), "Every role");
  assert.equal(who(["admin", "manager"]), "Admin, manager");
});

test("an operation is found by its method, path, name, noun and roles", () => {
  const [{ words }] = of({ get: stated({ "x-roles": "signed-in" }) });
  for (const word of ["get", "/api/products/{id}", "one product", "products", "driver"])
    assert.ok(words.includes(word), word);
});

test("a reference leads to what it names, however often", () => {
  const schemas = { A: { $ref: "#/components/schemas/B" }, B: { type: "integer" } };
  assert.deepEqual(contract.resolved(schemas, schemas.A), { type: "integer" });
  assert.equal(contract.nameOf(schemas.A), "B");
});

test("a noun is a heading", () => {
  assert.equal(contract.wordedNoun("dex_reads"), "DEX reads");
  assert.equal(contract.wordedNoun("openapi"), "OpenAPI");
  assert.equal(contract.wordedNoun("api_keys"), "API keys");
  assert.equal(contract.wordedNoun("service_orders"), "Service orders");
});
