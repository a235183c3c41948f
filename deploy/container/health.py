"""Whether the server in this container can serve work; for the container's health check."""

import json
import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE_S = 4


def main() -> int:
    """0 when it can; else 1, with what the server says."""
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("CVD_PORT", "5000")), PATIENCE_S)
    try:
        connection.request("GET", "/api/health/ready", headers={"Host": "localhost"})
        answer = connection.getresponse()
        said = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{json.dumps(said)}\n")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    raise SystemExit(main())
