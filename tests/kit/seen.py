"""What /metrics says, as a test reads it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

KEY = "a-key-of-the-tests-0123"
WITH_KEY = {"Authorization": f"Bearer {KEY}"}


class Metrics:
    """The values of one answer: `metrics("cvd_requests_total", operation="…")` sums what fits."""

    def __init__(self, text: str) -> None:
        self.families = list(text_string_to_metric_families(text))
        self._samples = [each for family in self.families for each in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        return sum(
            each.value
            for each in self._samples
            if each.name == name and labels.items() <= each.labels.items()
        )

    @property
    def names(self) -> set[str]:
        """Everything that a rule or a panel may ask for."""
        return {each.name for each in self._samples}

    def values_of(self, label: str) -> set[str]:
        """All values that a label has."""
        return {each.labels[label] for each in self._samples if label in each.labels}
