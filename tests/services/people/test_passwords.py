"""How passwords are hashed where it counts: tests themselves hash cheaply."""

from __future__ import annotations

from tests.kit.cheap import CHEAP, SHIPPED


def test_guessing_a_password_costs_what_owasp_asks():
    # ASVS 5.0, appendix: argon2id with 19 MiB and two passes, or more.
    assert SHIPPED.type.name == "ID"
    assert SHIPPED.memory_cost >= 19 * 1024
    assert SHIPPED.time_cost >= 2
    assert SHIPPED is not CHEAP


def test_two_hashes_of_a_password_differ():
    one, other = (SHIPPED.hash("correct horse battery") for _ in range(2))
    assert one != other
    assert SHIPPED.verify(one, "correct horse battery")
