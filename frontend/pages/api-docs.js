/** The contract, shown by Swagger UI. Its script is a classic one, so it arrives as a global. */

/** @type {{SwaggerUIBundle?: (options: Record<string, unknown>) => unknown}} */
const { SwaggerUIBundle } = /** @type {any} */ (window);

if (SwaggerUIBundle) {
  SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    // The picture of an online validator would be fetched from elsewhere.
    validatorUrl: null,
    syntaxHighlight: false,
  });
} else {
  /** @type {HTMLElement} */ (document.getElementById("missing")).hidden = false;
}
