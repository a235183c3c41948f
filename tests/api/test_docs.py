"""The contract as it is served."""

import contract


def test_the_contract_is_served_whole(viewer):
    document = viewer.get("/api/openapi.json").json
    assert document == contract.current().document
    assert document["openapi"].startswith("3.1")
    assert "/api/products" in document["paths"]


def test_the_docs_page_runs_nothing_inline(viewer):
    answer = viewer.get("/api/docs")
    assert answer.status == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    assert " onload=" not in answer.text
    assert "/pages/api-docs.js" in answer.text
    assert viewer.get("/pages/api-docs.js").status == 200
