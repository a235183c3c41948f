"""Fixtures for every test."""

from tests.engines import (  # noqa: F401  # fixtures are found by name
    database_url,
    databases,
    empty_database,
    engine,
    engine_name,
    postgresql_server,
    template_url,
)
