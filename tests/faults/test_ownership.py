"""The access matrix notices when a check of what is one's own, or of a scope, is gone."""

import pytest

from services.fleet import visibility
from services.orders import service_order_service, visit_service
from tests.web import test_access_matrix as matrix
from web import binding

pytestmark = pytest.mark.spared("the harness compares the same answers on both")

# The matrix comes in by a provider as well.
more_settings = matrix.more_settings


def without_ownership(check):
    """The same look-up, made as if a manager asked."""

    def unchecked(db, actor, *args, **named):
        return check(db, actor._replace(role="manager"), *args, **named)

    return unchecked


@pytest.mark.parametrize(
    ("module", "name", "leak"),
    [
        (visibility, "check_visible", "device_service.get_device"),
        (service_order_service, "visible_order", "service_order_service.get_service_order"),
        (visit_service, "visible_order", "visit_service.get_visit"),
    ],
    ids=["devices", "orders", "visits"],
)
def test_a_dropped_ownership_check_is_caught(
    request, monkeypatch, engine, admin, driver, other_driver, provider, module, name, leak
):
    monkeypatch.setattr(module, name, without_ownership(getattr(module, name)))
    with pytest.raises(AssertionError, match=f"{leak} of another's answered 200"):
        matrix.check_everything(
            request, engine, admin, driver, other_driver, provider, "driver", "session"
        )


def test_a_key_whose_scopes_are_not_looked_at_is_caught(
    request, monkeypatch, engine, admin, driver, other_driver, provider
):
    def unchecked(operation, actor, check=binding.check_role):
        return check(operation, actor._replace(scopes=None))

    monkeypatch.setattr(binding, "check_role", unchecked)
    with pytest.raises(AssertionError, match="list_api_keys of own answered 200"):
        matrix.check_everything(
            request, engine, admin, driver, other_driver, provider, "viewer", "key"
        )
    with pytest.raises(AssertionError):
        matrix.test_a_key_to_push_audits_sends_them_and_does_nothing_else(engine, admin, driver)
