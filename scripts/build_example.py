"""Builds the example fleet: cvd.db.example, an SQLite database like any other.

    python scripts/build_example.py [FILE]

The file is made from the migrations and scripts/example/, never edited; building
it again gives the same content. There are no users in it, hence no passwords.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Python puts only the folder of a script on its path.
sys.path.insert(0, str(ROOT))

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # noqa: E402

from db import open_engine  # noqa: E402
from scripts.example.life import Life  # noqa: E402
from services.system import settings_service  # noqa: E402
from settings import Settings  # noqa: E402
from storage import migrate  # noqa: E402
from storage.audit_files import AuditFiles  # noqa: E402

EXAMPLE = ROOT / "cvd.db.example"
# Its audit log stays behind when the example is loaded; the same key makes the same file.
NO_SECRET = {"name": "example", "secret": "00" * 32, "from_entry": 1}


def build(file: Path) -> None:
    """Write the example to `file`, in place of what was there."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".example.partial") as folder:
        draft, packed = Path(folder) / "draft.db", Path(folder) / "packed.db"
        url = f"sqlite:///{draft}"
        migrate.upgrade(url)
        keys = Path(folder) / "keys"
        keys.write_text(json.dumps(NO_SECRET))
        with closing(open_engine(url, audit=AuditFiles(url, keys=keys))) as engine:
            with engine.writing() as db:
                settings_service.ensure(db, Settings(database_url=url, time_zone="UTC"))
            Life(engine).run()
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("VACUUM INTO ?", (str(packed),))
        packed.replace(file)


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    began = time.monotonic()
    build(file)
    print(f"{file}: {file.stat().st_size:,} bytes in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
