"""Settings: the only reader of the environment.

Each field of `Settings` is the variable `CVD_` + its name in capitals, from
the environment or from `.env` (the environment wins). `CVD_NAME_FILE` names a
file that holds the value, for secrets; settings that are paths have no such
variant. An empty value counts as absent. `.env.example` documents each one.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import click
from dotenv import dotenv_values

import addresses
import clock
from domain.currencies import CURRENCIES
from domain.networks import network
from storage.audit_files import AuditFiles
from storage.backups.plan import BackupPlan
from storage.files.store import BUCKET_URL

PROJECT = Path(__file__).resolve().parent
_PROJECT_IN_URL = Path(quote(str(PROJECT)))
PREFIX = "CVD_"
TEST_PREFIX = "CVD_TEST_"
UNITS = {None: 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
ALIKE = 0.75  # names less alike than this are no slip of the finger

ROLES = ("admin", "manager", "driver", "viewer")
_HERE = {"127.0.0.1", "::1"}
_EVERYWHERE = {str(ipaddress.IPv4Address(0)), str(ipaddress.IPv6Address(0))}

T = TypeVar("T")


class SettingsError(click.ClickException):
    """Settings that cannot be used: one sentence for each bad value, printed as such by `flask`."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def _size(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,12}) ?(KiB|MiB|GiB)?", text)
    size = int(match[1]) * UNITS[match[2]] if match else 0
    if not 1 <= size <= 2**40:
        raise ValueError("must be a size in bytes, or with a unit, such as 4 MiB")
    return size


def _choice(*options: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in options:
            raise ValueError(f"must be {', '.join(options[:-1])} or {options[-1]}")
        return text

    return parse


def _pattern(pattern: str, demand: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(demand)
        return text

    return parse


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError("must be an ISO 4217 code such as USD")
    return text


def _zone(text: str) -> str:
    if text not in clock.zones():
        raise ValueError("must be an IANA time zone such as Europe/Paris")
    return text


def _database_url(text: str) -> str:
    if text.startswith("sqlite:///") and text != "sqlite:///":
        return f"sqlite:///{_PROJECT_IN_URL / text.removeprefix('sqlite:///')}"
    if re.fullmatch(r"postgresql://\S+", text):
        return text
    raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")


def _folder_or_bucket(text: str) -> str:
    if re.match(r"\w+:", text) and not BUCKET_URL.fullmatch(text):
        raise ValueError("must be a folder, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX")
    return text


def _role_of_claim(text: str) -> str:
    value, _, role = text.rpartition("=")
    if not value.strip() or role.strip() not in ROLES:
        raise ValueError(f"must be pairs VALUE=ROLE, with a role of {', '.join(ROLES)}")
    return f"{value.strip()}={role.strip()}"


def _several(parse: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    def parse_all(text: str) -> tuple[str, ...]:
        return tuple(parse(part.strip()) for part in text.split(",") if part.strip())

    return parse_all


def _path(text: str) -> Path:
    path = PROJECT / text
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError("must name a file that exists and can be read")
    return path


def _place(text: str) -> Path:
    path = PROJECT / text
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError("must name a file in a folder that exists")
    return path


def _folder(text: str) -> Path:
    # It may be missing now: a share that is not mounted yet must not keep CVD from starting.
    path = PROJECT / text
    if path == PROJECT or path.is_file():
        raise ValueError("must name a folder")
    return path


def _setting(parse: Callable[[str], T], default: T, *, secret: bool = False) -> T:
    """A field of `Settings`: how its text is read; a secret's text is never repeated."""
    return field(default=default, repr=not secret, metadata={"parse": parse, "secret": secret})


_host = _pattern(r"[A-Za-z0-9.:_-]+", "must be an address such as 127.0.0.1 or 0.0.0.0")
_token = _pattern(r"[!-~]{16,200}", "must be 16 to 200 characters without spaces")
_host_name = _pattern(r"\*|[A-Za-z0-9.-]+", "must be host names without a port, or * for any")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator can set. Relative paths start at the project's folder."""

    host: str = _setting(_host, "127.0.0.1")
    port: int = _setting(_whole(1, 65535), 5000)
    public_url: str | None = _setting(addresses.origin, None)
    allowed_hosts: tuple[str, ...] = _setting(_several(_host_name), ())
    trusted_proxies: int = _setting(_whole(0, 9), 0)
    tls_certificate: Path | None = _setting(_path, None)
    tls_key: Path | None = _setting(_path, None)
    hsts_seconds: int = _setting(_whole(0, 63_072_000), 31_536_000)
    workers: int = _setting(_whole(1, 64), 1)
    threads: int = _setting(_whole(1, 64), 1)
    job_workers: int = _setting(_whole(0, 16), 1)

    database_url: str = _setting(
        _database_url, f"sqlite:///{_PROJECT_IN_URL / 'cvd.db'}", secret=True
    )

    files_url: str | None = _setting(_folder_or_bucket, None)

    backup_url: str | None = _setting(_folder_or_bucket, None)
    backup_key: Path | None = _setting(_place, None)
    backup_encrypted: int = _setting(_whole(0, 1), 1)
    backup_days: int = _setting(_whole(1, 366), 7)
    backup_weeks: int = _setting(_whole(0, 520), 5)
    backup_months: int = _setting(_whole(0, 1_200), 12)
    inbox: Path | None = _setting(_folder, None)
    inbox_days: int = _setting(_whole(1, 3650), 30)

    audit_keys: Path | None = _setting(_place, None)
    audit_head: Path | None = _setting(_place, None)

    company: str = _setting(_pattern(r".{1,200}", "must be at most 200 characters"), "")
    currency: str = _setting(_currency, "USD")
    time_zone: str = _setting(_zone, "UTC")
    locale: str = _setting(
        _pattern(
            r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?",
            "must be a BCP 47 tag such as en-US",
        ),
        "en-US",
    )

    session_idle_minutes: int = _setting(_whole(1, 43_200), 12 * 60)
    session_absolute_hours: int = _setting(_whole(1, 8_760), 14 * 24)

    oidc_issuer: str | None = _setting(addresses.issuer, None)
    oidc_client_id: str = _setting(_pattern(r"[!-~]{1,300}", "must be an id without spaces"), "")
    oidc_client_secret: str = _setting(
        _pattern(r"[ -~]{1,2000}", "must be plain characters"), "", secret=True
    )
    oidc_name: str = _setting(_pattern(r".{1,60}", "must be at most 60 characters"), "")
    oidc_scopes: str = _setting(
        _pattern(r"openid( [!-~]+)*", "must begin with openid"), "openid email profile"
    )
    oidc_role_claim: str = _setting(_pattern(r"\S{1,300}", "must be the name of a claim"), "")
    oidc_roles: tuple[str, ...] = _setting(_several(_role_of_claim), ())
    oidc_new_people: str = _setting(_choice("refused", "created"), "refused")
    oidc_second_factor: str = _setting(_choice("stated", "trusted"), "stated")

    smtp_url: str | None = _setting(addresses.mail_server, None, secret=True)
    mail_from: str = _setting(
        _pattern(
            r"[!-~]{1,64}@[A-Za-z0-9.-]{1,190}", "must be an address such as cvd@vending.example"
        ),
        "",
    )

    cors_origins: tuple[str, ...] = _setting(_several(addresses.origin), ())
    frame_origins: tuple[str, ...] = _setting(_several(addresses.origin), ())
    webhook_networks: tuple[str, ...] = _setting(_several(network), ())

    max_body_bytes: int = _setting(_size, 2**20)
    max_upload_bytes: int = _setting(_size, 4 * 2**20)
    max_bytes_in_flight: int = _setting(_size, 16 * 2**20)
    max_spooled_bytes: int = _setting(_size, 256 * 2**20)
    max_connections_per_address: int = _setting(_whole(0, 100_000), 256)
    redis_url: str | None = _setting(addresses.redis_url, None, secret=True)
    limit_reading: int = _setting(_whole(0, 10_000_000), 6_000)
    limit_writing: int = _setting(_whole(0, 10_000_000), 3_000)
    limit_costly: int = _setting(_whole(0, 10_000_000), 600)
    max_checked_first_bytes: int = _setting(_size, 128 * 2**20)

    metrics_port: int = _setting(_whole(0, 65535), 0)
    metrics_host: str = _setting(_host, "127.0.0.1")
    metrics_token: str = _setting(_token, "", secret=True)
    otlp_endpoint: str | None = _setting(addresses.origin, None)
    trace_percent: int = _setting(_whole(0, 100), 10)

    log_level: str = _setting(_choice("debug", "info", "warning", "error"), "info")
    log_format: str = _setting(_choice("text", "json"), "text")

    @property
    def address(self) -> str:
        """Where people reach CVD, as a URL without a closing slash."""
        if self.public_url:
            return self.public_url
        scheme = "https" if self.tls_key else "http"
        host = socket.gethostname() if self.host in _EVERYWHERE else self.host
        # There browsers make passkeys by the name alone; over https the certificate may lack it.
        if scheme == "http" and host in _HERE:
            host = "localhost"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def has_metrics(self) -> bool:
        """Whether anybody may ask for metrics: by their port, or with their key."""
        return bool(self.metrics_port or self.metrics_token)

    @property
    def https(self) -> bool:
        """Whether browsers reach CVD over TLS, here or at a proxy in front."""
        return self.address.startswith("https://")

    def origin_at(self, host: str) -> str:
        """The address of CVD as browsers state it: the public one, else that of the Host asked."""
        scheme = "https" if self.https else "http"
        origin = self.public_url or f"{scheme}://{host.lower()}"
        return origin.removesuffix(":443" if origin.startswith("https:") else ":80")

    @property
    def audit_files(self) -> AuditFiles:
        """What vouches for the audit log, wherever it is to lie."""
        return AuditFiles(self.database_url, keys=self.audit_keys, head=self.audit_head)

    @property
    def backups(self) -> BackupPlan:
        """Where backups go by themselves, and how many are kept."""
        return BackupPlan(
            self.backup_url,
            self.backup_key,
            bool(self.backup_encrypted),
            self.backup_days,
            self.backup_weeks,
            self.backup_months,
        )

    def allows_host(self, header: str) -> bool:
        """Whether a request that names this Host (port included or not) is meant for CVD.

        A page that rebinds its own name to this machine arrives with that
        name. An address cannot be rebound, so every address is allowed.
        """
        url = addresses.split(f"//{header}")
        host = (url.hostname or "").rstrip(".") if url else ""
        return host in self._names() or "*" in self.allowed_hosts or _is_address(host)

    def _names(self) -> set[str]:
        mine = socket.gethostname().lower()
        public = urlsplit(self.public_url or "").hostname or ""
        return {"localhost", mine, f"{mine}.local", public, *map(str.lower, self.allowed_hosts)} - {
            ""
        }


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def load(environ: Mapping[str, str] | None = None, dotenv: str | None = ".env") -> Settings:
    """The settings of this process. SettingsError names every bad value at once."""
    environ = os.environ if environ is None else environ
    zone = clock.machine_zone(environ.get("TZ"))
    return Settings(**{"time_zone": zone, **stated(environ, dotenv)})


def stated(environ: Mapping[str, str] | None = None, dotenv: str | None = ".env") -> dict[str, Any]:
    """Only the settings that somebody has given, by their names. SettingsError as for `load`."""
    environ = os.environ if environ is None else environ
    given = _given(dotenv_values(PROJECT / dotenv) if dotenv else {}) | _given(environ)
    problems = list(_unknown(given))
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        try:
            if text := _text(setting, given):
                values[setting.name] = _parsed(setting, text)
        except SettingsError as error:
            problems += error.sentences
    problems += _incomplete(values)
    if problems:
        raise SettingsError(problems)
    return values


def variable(setting: Field[Any]) -> str:
    """The name that a field of `Settings` has in the environment."""
    return PREFIX + setting.name.upper()


def _given(source: Mapping[str, str | None]) -> dict[str, str]:
    return {
        name: (text or "").strip()
        for name, text in source.items()
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)
    }


def _unknown(given: Mapping[str, str]) -> Iterator[str]:
    """A misspelt name would silently leave its default in force."""
    known = [name for setting in fields(Settings) for name in _names_of(setting)]
    for name in sorted(given.keys() - set(known)):
        # Without the prefix, by which every name is like every other.
        close = difflib.get_close_matches(
            name.removeprefix(PREFIX),
            [each.removeprefix(PREFIX) for each in known],
            n=1,
            cutoff=ALIKE,
        )
        hint = f"; did you mean {PREFIX}{close[0]}?" if close else "; .env.example lists them."
        yield f"{name} is not a setting{hint}"


def _names_of(setting: Field[Any]) -> list[str]:
    name = variable(setting)
    is_path = setting.metadata["parse"] in (_path, _place, _folder)
    return [name] if is_path else [name, f"{name}_FILE"]


def _text(setting: Field[Any], given: Mapping[str, str]) -> str:
    """The text of a setting, from its variable or from the file that one names."""
    named = [name for name in _names_of(setting) if given.get(name)]
    if len(named) > 1:
        raise SettingsError([f"{named[0]} and {named[1]} are both given: keep one."])
    if not named or named[0] == variable(setting):
        return given[named[0]] if named else ""
    try:
        return (PROJECT / given[named[0]]).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise SettingsError([f"{named[0]} must name a text file that can be read."]) from None


def _parsed(setting: Field[Any], text: str) -> object:
    try:
        parsed: object = setting.metadata["parse"](text)
    except ValueError as demand:
        shown = "" if setting.metadata["secret"] else f', not "{text}"'
        raise SettingsError([f"{variable(setting)} {demand}{shown}."]) from None
    return parsed


def _incomplete(values: Mapping[str, Any]) -> Iterator[str]:
    if ("tls_certificate" in values) != ("tls_key" in values):
        yield "CVD_TLS_CERTIFICATE and CVD_TLS_KEY go together: give both or neither."
    if "smtp_url" in values and "mail_from" not in values:
        yield "CVD_SMTP_URL needs CVD_MAIL_FROM, the address that mails come from."
    yield from _incomplete_provider(values)


def _incomplete_provider(values: Mapping[str, Any]) -> Iterator[str]:
    if "oidc_issuer" in values and "oidc_client_id" not in values:
        yield "CVD_OIDC_ISSUER needs CVD_OIDC_CLIENT_ID, the id that the provider gave CVD."
    if "oidc_issuer" in values and "public_url" not in values:
        yield "CVD_OIDC_ISSUER needs CVD_PUBLIC_URL, where the provider sends people back to."
    if bool(values.get("oidc_roles")) != bool(values.get("oidc_role_claim")):
        yield "CVD_OIDC_ROLE_CLAIM and CVD_OIDC_ROLES go together: give both or neither."
    if values.get("oidc_new_people") == "created" and not values.get("oidc_roles"):
        yield "CVD_OIDC_NEW_PEOPLE=created needs CVD_OIDC_ROLES, by which they get a role."
