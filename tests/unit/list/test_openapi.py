"""The service against its own description, as schemathesis tries it: what the description allows, and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from list_service import open_service

if TYPE_CHECKING:
    from pathlib import Path

OPERATIONS = (
    "leave_page", "leave", "preferences", "subscribe_page", "subscribe", "confirm_page", "confirm", "health", "metrics",
)  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("list")
    site = open_service(folder, per_client="100000/h", rate="100000/h")
    schema = schemathesis.openapi.from_asgi("/openapi.json", site.app)
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {each.definition.raw["operationId"]: each for each in found}


def test_every_operation_is_tried(described: dict[str, Any]) -> None:
    assert set(described) == set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_answers_as_it_says(described: dict[str, Any], name: str, mode: GenerationMode) -> None:
    operation = described[name]
    takes = operation.body or operation.path_parameters or operation.query
    if mode is GenerationMode.NEGATIVE and not takes:
        return

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=6, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def tried(case: Any) -> None:
        case.call_and_validate()

    tried()
