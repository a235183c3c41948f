"""Values of a body: what is surely clean is what cleaning would leave as it is."""

import json

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.validation import clean, is_surely_clean

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
    # Texts in which a float or an escape seems to stand, and a NUL.
    | st.text() | st.sampled_from(["\x00", "1.5", "2e3", "\\u0000", "a\x00b"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


def cleaned(value):
    """As text, so that 1 and 1.0 differ; None for what is refused."""
    try:
        return json.dumps(clean(value))
    except ValueError:
        return None


# Whoever else keeps the machine busy makes it slow.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, st.booleans())
def test_a_body_that_is_not_walked_through_needed_no_cleaning(value, is_ascii):
    text = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "replace")
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:  # a lone surrogate: nothing is stored of it
        return
    if is_surely_clean(text):
        assert cleaned(parsed) == json.dumps(parsed)


@pytest.mark.parametrize("text", ['{"n": 1.0}', '{"n": 1e2}', '{"n": 10E-1}', '{"\\u0000": 1}'])
def test_a_float_and_a_nul_are_looked_for(text):
    assert not is_surely_clean(text.encode())


def test_a_body_of_ids_and_dates_is_not_walked_through():
    assert is_surely_clean(b'{"cabinet_ids": [1, 20, -3], "scheduled_on": "2026-01-31"}')
