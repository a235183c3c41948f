// The contract as pages to read and try, by Swagger UI.

const missing = /** @type {HTMLElement} */ (document.getElementById("missing"));
const library = /** @type {{ SwaggerUIBundle?: (options: object) => void }} */ (
  /** @type {unknown} */ (window)
);

if (library.SwaggerUIBundle) {
  library.SwaggerUIBundle({
    url: "/api/openapi.json",
    domNode: document.getElementById("docs"),
    deepLinking: true,
    // Nothing is asked of a validator on the internet.
    validatorUrl: null,
  });
} else {
  missing.hidden = false;
}
