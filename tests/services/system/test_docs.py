"""The contract as it is served."""

import gzip
import json

import contract


def test_the_contract_is_served_whole(viewer):
    document = viewer.get("/api/openapi.json").json
    assert document == contract.current().document
    assert document["openapi"].startswith("3.1")
    assert "/api/products" in document["paths"]


def test_who_takes_a_long_answer_compressed_gets_a_fifth(viewer):
    plain = viewer.get("/api/openapi.json")
    assert "Content-Encoding" not in plain.headers
    packed = viewer.client.get("/api/openapi.json", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert json.loads(gzip.decompress(packed.data)) == plain.json
    assert len(packed.data) < len(plain.body) / 5
    unpacked = viewer.client.get("/api/openapi.json", headers={"Accept-Encoding": "gzip;q=0"})
    assert unpacked.data == plain.body
    same = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert viewer.client.get("/api/openapi.json", headers=same).status_code == 304


def test_every_operation_is_tagged_with_its_noun(viewer):
    paths = viewer.get("/api/openapi.json").json["paths"]
    assert paths["/api/dex-reads"]["post"]["tags"] == ["dex_reads"]
    assert paths["/api/slots/{slot_id}/stock-moves"]["get"]["tags"] == ["planograms"]


def test_the_docs_page_runs_nothing_inline(viewer):
    answer = viewer.get("/api/docs")
    assert answer.status == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    assert " onload=" not in answer.text
    assert "/pages/system/api-docs.js" in answer.text
    assert viewer.get("/pages/system/api-docs.js").status == 200
