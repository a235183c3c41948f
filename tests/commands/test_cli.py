"""The command line: what an operator does at the machine, and what is said to them."""

import hashlib
import re
import zipfile
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import auth
import cli
from app import create_app
from contract import current
from db import open_engine
from records import redactions, seals
from services.people import second_factors, signing_key_service
from services.system import audit_service
from settings import PROJECT, Settings
from storage.audit_files import AuditFiles, place_of
from storage.files.store import open_store
from storage.secret_file import SecretFile
from tests.kit.engines import ENGINE
from tests.services.system.test_audit_seals import before_there_was_a_key

PASSWORD = "correct horse battery"
AUDIT = b"DXS*MAC0000001*VA*V0/6*1\r\nID1*SERIAL-1\r\nPA1*1*150\r\nPA2*10*1500\r\nDXE*1*1\r\n"


@pytest.fixture
def flask(database_url):
    """Runs a command on a migrated database of its own: `flask("db", "status")`."""
    return runner_of(database_url)


def runner_of(url, **settings):
    runner = create_app(Settings(database_url=url, **settings)).test_cli_runner()
    return lambda *args, **options: runner.invoke(args=[*map(str, args)], **options)


def add_user(flask, name="ada", role="manager", password=PASSWORD):
    return flask("user", "add", name, "--role", role, "--password-stdin", input=f"{password}\n")


@pytest.fixture
def audits(tmp_path):
    """A folder with the audit of a machine nobody knows, and a file that is none."""
    folder = tmp_path / "audits"
    folder.mkdir()
    (folder / "machine.dex").write_bytes(AUDIT)
    (folder / "notes.txt").write_text("Filled the coffee machine.")
    return folder


def commands_of(group, path=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def all_commands():
    app = create_app(Settings())
    return {**dict(commands_of(app.cli)), "routes": cli.routes}


def test_every_command_and_option_is_documented_for_the_operator():
    text = (PROJECT / "docs" / "operator.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `flask ")]
    documented = {row.split("`")[1].removeprefix("flask "): row for row in rows}
    for name, command in all_commands().items():
        [row] = [row for usage, row in documented.items() if f"{usage} ".startswith(f"{name} ")]
        for parameter in command.params:
            shown = (
                parameter.opts[0]
                if isinstance(parameter, click.Option)
                else parameter.make_metavar(click.Context(command))
            )
            assert shown.rstrip(".") in row, f"{name}: {shown}"
    assert len(documented) == len(all_commands())


def test_every_command_says_what_it_is_for():
    for name, command in all_commands().items():
        assert command.help, name
        assert command.get_short_help_str(200).endswith("."), name


def test_upgrade_makes_a_database_and_a_second_one_finds_nothing_to_do(tmp_path):
    flask = runner_of(f"sqlite:///{tmp_path}/new/cvd.db")
    first, second = flask("db", "upgrade"), flask("db", "upgrade")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.endswith(" applied.\n")
    assert second.output == "The schema is up to date.\n"


def test_status_shows_each_migration(flask):
    lines = flask("db", "status").output.splitlines()
    assert lines
    assert all(line.startswith("applied ") for line in lines)


def test_rollback_undoes_the_last_migration_and_upgrade_does_it_again(flask):
    assert flask("db", "rollback").output.endswith("1 rolled back.\n")
    assert "pending " in flask("db", "status").output
    assert flask("db", "upgrade").output.endswith("1 applied.\n")


def test_a_refusal_is_a_sentence_and_no_traceback(tmp_path):
    flask = runner_of(f"sqlite:///{tmp_path}/none.db")
    for command in (("user", "list"), ("backup", tmp_path / "b.zip"), ("restore", tmp_path / "no")):
        result = flask(*command)
        assert result.exit_code == 1, command
        assert result.output.splitlines()[-1].startswith("Error: There is no "), command


def test_check_is_content_with_a_fresh_database(flask):
    result = flask("check")
    assert result.exit_code == 0
    assert "migrations: All " in result.output


def test_check_fails_without_a_database(tmp_path):
    result = runner_of(f"sqlite:///{tmp_path}/none.db")("check")
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output


def test_estimates_says_how_many_devices_were_due(flask):
    result = flask("estimates")
    assert (result.exit_code, result.output) == (0, "0 devices brought up to date.\n")


def test_a_user_is_added_and_listed(flask):
    assert add_user(flask).output == "ada may sign in as manager.\n"
    assert flask("user", "list").output == "manager   ada\n"


def test_a_password_that_is_too_short_is_refused(flask):
    result = add_user(flask, password="short")
    assert result.exit_code == 1
    assert "password must have at least" in result.output
    assert flask("user", "list").output == ""


def test_the_same_user_twice_is_refused(flask):
    add_user(flask)
    assert add_user(flask).exit_code == 1
    assert flask("user", "list").output.count("ada") == 1


def test_a_role_that_does_not_exist_is_refused(flask):
    assert add_user(flask, role="king").exit_code == 2


def test_everything_is_written_into_one_zip_that_others_cannot_read(flask, tmp_path):
    add_user(flask)
    file = tmp_path / "everything.zip"
    said = flask("archive", file).output
    assert re.search(r"everything.zip: [\d,]+ rows and files, [\d,]+ bytes", said)
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert b"ada" in archive.read("tables/users.csv")
        assert b"export.everything_asked" in archive.read("tables/audit_entries.csv")
    assert list(tmp_path.glob("*.partial")) == []


def test_a_backup_brings_everything_back(flask, tmp_path):
    add_user(flask)
    file = tmp_path / "cvd.zip"
    said = flask("backup", file).output
    assert f"{file}: {file.stat().st_size:,} bytes, as of" in said
    add_user(flask, name="eve")
    result = flask("restore", file)
    assert result.exit_code == 0, result.output
    assert flask("user", "list").output == "manager   ada\n"


@pytest.mark.skipif(ENGINE != "postgresql", reason="needs PostgreSQL")
def test_a_copy_on_the_other_engine_is_the_same_cvd(flask, database_url, tmp_path):
    add_user(flask)
    url = f"sqlite:///{tmp_path / 'office.db'}"
    name = hashlib.sha256(b"a photo").hexdigest()
    open_store(database_url, None).put(name, b"a photo")
    sealed = SecretFile(place_of(database_url, "secret-key")).seal(
        "a secret", owner="ada", make=True
    )
    copied = flask("db", "copy", "--to", url)
    assert copied.exit_code == 0, copied.output
    assert "and 1 files were copied, and each table and file compared by its SHA-256" in (
        copied.output
    )
    assert b"".join(open_store(url, None).pieces(name)) == b"a photo"
    assert SecretFile(place_of(url, "secret-key")).unseal(sealed, owner="ada") == "a secret"
    there = runner_of(url)
    assert there("user", "list").output == "manager   ada\n"
    checked = there("check")
    assert checked.exit_code == 0, checked.output
    assert there("db", "upgrade").output.endswith("The schema is up to date.\n")


@pytest.fixture
def vaulted(database_url, tmp_path):
    """As `flask`, with a place for backups and a key."""
    key = tmp_path / "backup.key"
    assert runner_of(database_url)("backup", "key", key).exit_code == 0
    return runner_of(database_url, backup_url=str(tmp_path / "vault"), backup_key=key)


def test_a_backup_is_made_listed_and_restored_by_its_time(vaulted):
    add_user(vaulted, "ada")
    said = vaulted("backup", "now")
    assert said.exit_code == 0, said.output
    assert "verified" in said.output
    assert "1 backups at" in vaulted("backup", "list").output
    add_user(vaulted, "later")
    result = vaulted("restore", "--at", "2999-01-01 08:00", "--yes")
    assert result.exit_code == 0, result.output
    assert "later" not in vaulted("user", "list").output
    assert vaulted("restore", "--from", "latest", "--yes").exit_code == 0
    early = vaulted("restore", "--at", "2000-01-01", "--yes")
    assert "There is no backup from before 2000-01-01" in early.output


def test_a_restore_is_from_a_file_or_from_a_place(vaulted, tmp_path):
    assert "Give a FILE, or --from" in vaulted("restore").output
    both = vaulted("restore", tmp_path / "file.zip", "--from", "latest")
    assert "Give a FILE, or --from" in both.output
    assert "is no time such as" in vaulted("restore", "--at", "yesterday").output
    nowhere = vaulted("restore", "--from", tmp_path / "nowhere")
    assert "There are no backups of CVD at" in nowhere.output


def test_a_key_of_backups_is_never_written_over(vaulted, tmp_path):
    key = tmp_path / "backup.key"
    before = key.read_text()
    assert "exists already" in vaulted("backup", "key", key).output
    assert key.read_text() == before
    assert key.stat().st_mode & 0o077 == 0


def test_without_a_key_no_backup_is_made_unless_that_is_wanted(flask, database_url, tmp_path):
    place = str(tmp_path / "vault")
    add_user(flask)
    said = runner_of(database_url, backup_url=place)("backup", "now")
    assert said.exit_code == 1
    assert "There is no key to encrypt backups with" in said.output
    assert not (tmp_path / "vault").exists()
    plain = runner_of(database_url, backup_url=place, backup_encrypted=0)
    assert plain("backup", "now").exit_code == 0


def test_the_check_says_that_no_backups_are_made(flask, vaulted):
    add_user(flask)
    assert "No backups are made: set CVD_BACKUP_URL" in flask("check", "--quick").output
    assert "None was made yet" in vaulted("check", "--quick").output
    vaulted("backup", "now")
    assert "backups: The last one is of" in vaulted("check", "--quick").output


@pytest.mark.skipif(ENGINE != "postgresql", reason="needs PostgreSQL")
def test_a_copy_with_a_damaged_photo_is_given_up(flask, database_url, tmp_path):
    add_user(flask)
    name = hashlib.sha256(b"a photo").hexdigest()
    open_store(database_url, None).put(name, b"half of")
    copied = flask("db", "copy", "--to", f"sqlite:///{tmp_path / 'office.db'}")
    assert copied.exit_code == 1
    assert f"The file {name} is damaged: restore it from a backup first." in copied.output
    assert not (tmp_path / "office.db").exists()


@pytest.mark.skipif(ENGINE != "postgresql", reason="needs PostgreSQL")
def test_a_copy_does_not_write_over_the_key_of_other_second_factors(flask, database_url, tmp_path):
    add_user(flask)
    url = f"sqlite:///{tmp_path / 'office.db'}"
    SecretFile(place_of(url, "secret-key")).seal("another", owner="eve", make=True)
    copied = flask("db", "copy", "--to", url)
    assert copied.exit_code == 1
    assert "holds the key of other second factors: move it away first" in copied.output


def test_a_restore_says_what_the_audit_log_loses_and_asks(flask, database_url, tmp_path):
    add_user(flask)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    flask("backup", first)
    add_user(flask, name="eve")
    flask("backup", second)
    asked = flask("restore", first, input="n\n")
    assert asked.exit_code == 1
    assert "1 entries, and what they tell of, are not in the backup." in asked.output
    assert "eve" in flask("user", "list").output
    assert flask("restore", first, "--yes").exit_code == 0
    assert "eve" not in flask("user", "list").output
    again = flask("restore", first)
    assert again.exit_code == 1, "the restore itself is an entry now"


def test_a_restored_log_verifies_and_tells_of_the_restore(flask, database_url, tmp_path):
    add_user(flask)
    flask("backup", tmp_path / "first.zip")
    add_user(flask, name="eve")
    flask("backup", tmp_path / "second.zip")
    flask("restore", tmp_path / "first.zip", "--yes")
    with closing(open_engine(database_url)) as engine, engine.reading() as db:
        found = audit_service.get_verification(db, auth.console())
        [entry] = audit_service.list_audit_entries(
            db, auth.console(), limit=5, action="backup.restored"
        )["items"]
    assert (found["ok"], found["entries"], found["doubts"]) == (True, 2, [])
    assert "1 entries" in entry["changes"][0]["to"]


def take_a_name_out(url):
    with closing(open_engine(url)) as engine, engine.writing() as db:
        db.lock("audit_chain", 1)
        [entry] = seals.page(db, after=0, most=1)
        redactions.replace(db, [(entry, "former-user-1", "[]")])


def verified(url):
    with closing(open_engine(url)) as engine, engine.reading() as db:
        found = audit_service.get_verification(db, auth.console())
    return found["ok"], found["redacted"]


def test_a_backup_of_before_a_new_key_keeps_its_redactions(flask, database_url, tmp_path):
    add_user(flask)
    take_a_name_out(database_url)
    flask("backup", tmp_path / "first.zip")
    flask("audit", "rotate")
    assert flask("restore", tmp_path / "first.zip", "--yes").exit_code == 0
    assert verified(database_url) == (True, 1)
    add_user(flask, name="eve")
    assert verified(database_url) == (True, 1)


@pytest.mark.skipif(ENGINE != "postgresql", reason="needs PostgreSQL")
def test_a_copy_keeps_redactions(flask, database_url, tmp_path):
    add_user(flask)
    take_a_name_out(database_url)
    flask("audit", "rotate")
    url = f"sqlite:///{tmp_path / 'office.db'}"
    assert flask("db", "copy", "--to", url).exit_code == 0
    assert verified(url) == (True, 1)


def test_an_upgrade_anchors_the_log_of_before_there_was_a_key(flask, database_url):
    with closing(open_engine(database_url)) as engine:
        before_there_was_a_key(engine, 3)
    flask("db", "upgrade")
    with closing(open_engine(database_url)) as engine, engine.reading() as db:
        assert audit_service.get_verification(db, auth.console())["entries"] == 4


def test_a_new_key_is_told(flask, database_url):
    add_user(flask)
    [old] = AuditFiles(database_url).keys()
    said = flask("audit", "rotate").output
    new = AuditFiles(database_url).keys()[-1]
    assert new.name != old.name
    assert said == f"Entries are sealed with the key {new.name} from entry 2 on.\n"


def test_a_new_key_that_signs_tokens_is_told(flask, database_url):
    add_user(flask)
    first = flask("keys", "rotate").output
    second = flask("keys", "rotate", "--at-once").output
    with closing(open_engine(database_url)) as engine, engine.reading() as db:
        (kid,) = [key["kid"] for key in signing_key_service.get_jwks(db, auth.console())["keys"]]
    assert second.startswith(f"Tokens are signed with the key {kid};")
    assert kid not in first
    assert "verify until their tokens have ended" in first
    assert "verify nothing any longer" in second


def test_routes_are_those_of_the_contract():
    lines = CliRunner().invoke(cli.routes).output.splitlines()
    assert len(lines) == len(current().operations)
    [login] = [line for line in lines if "/api/auth/login" in line]
    assert login.split()[:3] == ["POST", "/api/auth/login", "anyone"]
    [create] = [line for line in lines if line.endswith("product_service.create_product")]
    assert create.split()[2:4] == ["admin", "manager"]


def test_an_import_says_what_became_of_each_file(flask, audits):
    result = flask("dex", "import", audits)
    assert result.exit_code == 0
    assert f"unassigned  {audits}/machine.dex" in result.output
    assert f"refused     {audits}/notes.txt: " in result.output
    counts = "0 booked, 0 baseline, 0 duplicate, 0 damaged, 1 unassigned, 1 refused"
    assert result.output.splitlines()[-1] == f"2 files: {counts}"


def test_a_second_import_finds_the_same_audits(flask, audits):
    flask("dex", "import", audits)
    assert " 1 duplicate, " in flask("dex", "import", audits / "machine.dex").output


def test_an_import_fails_when_nothing_could_be_read(flask, audits):
    assert flask("dex", "import", audits / "notes.txt").exit_code == 1


def test_an_import_fails_when_a_path_means_nothing_and_takes_in_the_others(flask, audits):
    result = flask("dex", "import", audits / "machine.dex", audits / "none.dex")
    assert result.exit_code == 1
    assert f"There is nothing at {audits}/none.dex." in result.output
    assert " 1 unassigned, " in result.output


def test_a_file_that_is_too_large_is_refused_unread(database_url, audits):
    flask = runner_of(database_url, max_upload_bytes=64)
    assert "machine.dex: It is larger than 64 bytes." in flask("dex", "import", audits).output


def test_serve_refuses_a_damaged_database(tmp_path):
    path = Path(tmp_path / "cvd.db")
    flask = runner_of(f"sqlite:///{path}")
    flask("db", "upgrade")
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(8192)
    path.write_bytes(content)
    result = flask("serve")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "Error: CVD does not start before this is mended."


def test_serve_refuses_a_database_of_another_version(tmp_path):
    flask = runner_of(f"sqlite:///{tmp_path}/cvd.db")
    flask("db", "upgrade")
    flask("db", "rollback")
    result = flask("serve")
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output


def test_a_second_factor_is_reset_by_name_and_only_where_there_is_one(flask, database_url):
    add_user(flask)
    unknown = flask("user", "reset-second-factor", "eve")
    assert (unknown.exit_code, unknown.output) == (1, "Error: There is no user eve.\n")
    assert "There is no second factor." in flask("user", "reset-second-factor", "ada").output
    with closing(open_engine(database_url)) as engine, engine.writing() as opened:
        second_factors.begin(opened, 1, "A" * 32)
    result = flask("user", "reset-second-factor", "Ada")
    assert (result.exit_code, result.output) == (0, "The password alone signs Ada in.\n")
