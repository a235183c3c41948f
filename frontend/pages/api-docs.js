/** The contract, shown by Swagger UI. Its script is a classic one, so it arrives as a global. */
import { byId } from "../modules/dom.js";

/** @type {{SwaggerUIBundle?: (options: Record<string, unknown>) => unknown}} */
const { SwaggerUIBundle } = /** @type {any} */ (window);

if (SwaggerUIBundle) {
  const spec = await (await fetch("/api/openapi.json")).json();
  SwaggerUIBundle({
    spec: grouped(spec),
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    // The picture of an online validator would be fetched from elsewhere.
    validatorUrl: null,
    syntaxHighlight: false,
  });
} else {
  byId("missing").hidden = false;
}

/** Operations by the noun that their path begins with. @param {{paths: Record<string, Record<string, any>>}} spec */
function grouped(spec) {
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const operation of Object.values(item)) if (operation.operationId) operation.tags = [path.split("/")[2]];
  }
  return spec;
}
