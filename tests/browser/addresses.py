"""Where a page is without the shell around it.

without_shell("/devices/12?tab=reads")   "/pages/device.html?device_id=12&tab=reads"
"""

from __future__ import annotations

import re

from scripts.generate_pages import FRONTEND, entries

ROUTES = [(entry["path"], entry["page"]) for entry in entries(FRONTEND / "pages")]
OUTSIDE = ("/pages/", "/api/")


def without_shell(address: str) -> str:
    """The page that the shell shows at this address, by itself; one outside it as it is."""
    if address.startswith(OUTSIDE):
        return address
    path, _, state = address.partition("?")
    for route, page in ROUTES:
        found = re.fullmatch(re.sub(r":(\w+)", r"(?P<\1>[^/]+)", route), path)
        if found:
            named = "&".join(f"{name}={value}" for name, value in found.groupdict().items())
            query = "&".join(filter(None, (named, state)))
            return f"/pages/{page}.html" + (f"?{query}" if query else "")
    raise AssertionError(f"no page is shown at {path}")
