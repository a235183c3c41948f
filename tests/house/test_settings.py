"""Settings: what the operator gives is taken as meant, or refused with a sentence."""

import re
from dataclasses import fields

import pytest

import clock
import settings
from settings import PROJECT, Settings, SettingsError, load


def refusals(**environ):
    with pytest.raises(SettingsError) as refused:
        load(environ, dotenv=None)
    return refused.value.sentences


def test_without_any_variable_the_defaults_hold():
    assert load({"TZ": "UTC"}, dotenv=None) == Settings()


def test_every_setting_is_documented_with_its_default():
    text = (PROJECT / ".env.example").read_text()
    documented = dict(re.findall(r"^#(CVD_\w+)=(.*)$", text, re.MULTILINE))
    uncommented = {name: value for name, value in documented.items() if value}
    assert list(documented) == [settings.variable(setting) for setting in fields(Settings)]
    assert load({"TZ": "UTC", **uncommented}, dotenv=None) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "8080", 8080),
        ("host", "::1", "::1"),
        ("public_url", "https://CVD.example/", "https://cvd.example"),
        (
            "cors_origins",
            "https://a.example, http://b.example:81",
            ("https://a.example", "http://b.example:81"),
        ),
        ("allowed_hosts", "cvd.lan,*", ("cvd.lan", "*")),
        ("database_url", "sqlite:///data/x.db", f"sqlite:///{PROJECT}/data/x.db"),
        ("database_url", "sqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("database_url", "postgresql://u:p@db/cvd", "postgresql://u:p@db/cvd"),
        ("database_url", "postgresql:///cvd?host=/run", "postgresql:///cvd?host=/run"),
        ("time_zone", "Europe/Paris", "Europe/Paris"),
        ("locale", "zh-Hant-TW", "zh-Hant-TW"),
        ("max_upload_bytes", "8 MiB", 8 * 2**20),
        ("max_body_bytes", "1000", 1000),
        ("company", "Brown & Söhne", "Brown & Söhne"),
    ],
)
def test_a_good_value_is_taken(name, text, value):
    assert getattr(load({f"CVD_{name.upper()}": text}, dotenv=None), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "٣"),
        ("HOST", "a b"),
        ("HOST", "http://localhost"),
        ("PUBLIC_URL", "cvd.example"),
        ("PUBLIC_URL", "https://cvd.example/app"),
        ("PUBLIC_URL", "https://u:p@cvd.example"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://*.example"),
        ("FRAME_ORIGINS", "javascript:alert(1)"),
        ("FRAME_ORIGINS", "https://a.example;script-src"),
        ("FRAME_ORIGINS", "https://a.example:port"),
        ("ALLOWED_HOSTS", "cvd.lan:80"),
        ("WEBHOOK_NETWORKS", "localhost"),
        ("WEBHOOK_NETWORKS", "10.0.0.1/8"),
        ("TLS_CERTIFICATE", "nowhere.pem"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("CURRENCY", "euro"),
        ("CURRENCY", "XYZ"),
        ("LOCALE", "english"),
        ("MAX_BODY_BYTES", "0"),
        ("MAX_BODY_BYTES", "1 MB"),
        ("OIDC_ISSUER", "login.example"),
        ("OIDC_ISSUER", "http://login.example"),
        ("OIDC_ISSUER", "https://login.example?realm=office"),
        ("OIDC_SCOPES", "email"),
        ("OIDC_ROLES", "drivers"),
        ("OIDC_ROLES", "drivers=king"),
        ("OIDC_NEW_PEOPLE", "yes"),
        ("OIDC_SECOND_FACTOR", "no"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("WORKERS", "-1"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_that_names_it(name, text):
    environ = {f"CVD_{name}": text}
    [sentence, *others] = refusals(**environ)
    assert sentence.startswith(f"CVD_{name} must ")
    assert sentence.endswith(f', not "{text}".') or "ORIGINS" in name
    assert "\n" not in sentence
    assert all("go together" in other for other in others)


def test_a_provider_is_set_up_whole_or_refused_with_what_is_missing():
    issuer = {"CVD_OIDC_ISSUER": "https://login.example/realm"}
    assert refusals(**issuer) == [
        "CVD_OIDC_ISSUER needs CVD_OIDC_CLIENT_ID, the id that the provider gave CVD.",
        "CVD_OIDC_ISSUER needs CVD_PUBLIC_URL, where the provider sends people back to.",
    ]
    roles = "CVD_OIDC_ROLE_CLAIM and CVD_OIDC_ROLES go together: give both or neither."
    assert refusals(CVD_OIDC_ROLES="a=admin") == [roles]
    assert refusals(CVD_OIDC_ROLE_CLAIM="groups") == [roles]
    [sentence] = refusals(CVD_OIDC_NEW_PEOPLE="created")
    assert sentence.startswith("CVD_OIDC_NEW_PEOPLE=created needs CVD_OIDC_ROLES")


def test_all_bad_values_are_named_at_once():
    assert len(refusals(CVD_PORT="x", CVD_CURRENCY="x", CVD_TIME_ZONE="x")) == 3


def test_a_misspelt_name_is_refused_with_the_likely_one():
    assert refusals(CVD_DATABSE_URL="sqlite:///x.db") == [
        "CVD_DATABSE_URL is not a setting; did you mean CVD_DATABASE_URL?"
    ]


@pytest.mark.parametrize("name", ["CVD_PROT", "CVD_WORKER", "CVD_TIMEZONE", "CVD_LOG_LEVLE"])
def test_a_slip_of_the_finger_finds_its_setting(name):
    [sentence] = refusals(**{name: "1"})
    assert "did you mean" in sentence


@pytest.mark.parametrize("name", ["CVD_SECRET_KEY", "CVD_QUARTZ_BIN", "CVD_JOBS_URL", "CVD_DEBUG"])
def test_a_name_like_no_other_is_given_no_suggestion(name):
    assert refusals(**{name: "1"}) == [f"{name} is not a setting; .env.example lists them."]


def test_the_password_in_a_database_url_is_never_repeated():
    [sentence] = refusals(CVD_DATABASE_URL="mysql://cvd:hunter2@db/cvd")
    assert "hunter2" not in sentence
    assert "hunter2" not in repr(Settings(database_url="postgresql://cvd:hunter2@db/cvd"))


def test_an_empty_value_counts_as_absent():
    assert load({"CVD_PORT": "", "CVD_CORS_ORIGINS": " "}, dotenv=None).port == 5000


def test_variables_of_the_tests_and_of_others_are_left_alone():
    load({"CVD_TEST_ENGINE": "postgresql", "PORT": "x"}, dotenv=None)


def test_a_secret_can_come_from_a_file(tmp_path):
    file = tmp_path / "url"
    file.write_text("postgresql://cvd:hunter2@db/cvd\n")
    given = load({"CVD_DATABASE_URL_FILE": str(file)}, dotenv=None)
    assert given.database_url == "postgresql://cvd:hunter2@db/cvd"


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    assert refusals(CVD_DATABASE_URL_FILE=str(tmp_path / "none")) == [
        "CVD_DATABASE_URL_FILE must name a text file that can be read."
    ]


def test_a_value_and_a_file_for_it_are_refused_together(tmp_path):
    [sentence] = refusals(CVD_COMPANY="A", CVD_COMPANY_FILE=str(tmp_path))
    assert sentence == "CVD_COMPANY and CVD_COMPANY_FILE are both given: keep one."


def test_a_key_without_its_certificate_is_refused(tmp_path):
    key = tmp_path / "key.pem"
    key.touch()
    assert refusals(CVD_TLS_KEY=str(key)) == [
        "CVD_TLS_CERTIFICATE and CVD_TLS_KEY go together: give both or neither."
    ]


def test_the_environment_wins_over_the_file(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("CVD_PORT=6000\nCVD_COMPANY='Brown & Söhne'\n")
    given = load({"CVD_PORT": "7000"}, dotenv=str(dotenv))
    assert (given.port, given.company) == (7000, "Brown & Söhne")


def test_the_time_zone_is_the_machines_unless_given():
    assert load({"TZ": "Asia/Tokyo"}, dotenv=None).time_zone == "Asia/Tokyo"
    assert load({"TZ": "Asia/Tokyo", "CVD_TIME_ZONE": "UTC"}, dotenv=None).time_zone == "UTC"
    assert load({"TZ": "EST5EDT4,M3"}, dotenv=None).time_zone in clock.zones()


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("localhost:5000", True),
        ("127.0.0.1", True),
        ("192.168.1.20:5000", True),
        ("[::1]:5000", True),
        ("CVD.lan:5000", True),
        ("cvd.example", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_a_host_that_is_not_ours_is_told_apart(header, allowed):
    given = Settings(allowed_hosts=("cvd.lan",), public_url="https://cvd.example")
    assert given.allows_host(header) is allowed


def test_a_star_allows_any_host():
    assert Settings(allowed_hosts=("*",)).allows_host("anything.example")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://localhost:5000"),
        ({"host": "::1", "port": 80}, "http://localhost:80"),
        ({"host": "::2", "port": 80}, "http://[::2]:80"),
        ({"host": "192.168.1.20"}, "http://192.168.1.20:5000"),
        ({"tls_key": PROJECT / "key.pem"}, "https://127.0.0.1:5000"),
        ({"public_url": "https://cvd.example"}, "https://cvd.example"),
    ],
)
def test_the_printed_address_is_one_to_type_and_takes_passkeys_on_this_machine(given, address):
    assert Settings(**given).address == address
    assert Settings(**given).https is address.startswith("https:")
