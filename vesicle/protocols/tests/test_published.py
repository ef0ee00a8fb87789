"""The published file format is what the code says, every field of it described."""

from pathlib import Path

import pytest
from django.conf import settings

from vesicle.protocols import library_files, published

REFERENCE = Path(settings.BASE_DIR) / "docs" / "reference"


@pytest.mark.parametrize(
    ("name", "text"), [("protocol.schema.json", published.schema_text), ("protocol.md", published.page_text)]
)
def test_the_reference_is_up_to_date(name, text):
    assert (REFERENCE / name).read_text("utf-8") == text(), "run `vesicle protocols schema`"


def test_every_field_is_described():
    schema = published.json_schema()
    silent = [
        f"{name}.{field}"
        for name, model in [("Protocol", schema), *schema["$defs"].items()]
        for field, shape in model.get("properties", {}).items()
        if not shape.get("description")
    ]
    assert silent == []


def test_the_format_names_what_a_modality_may_override():
    schema = published.json_schema()
    assert set(schema["required"]) >= {"id", "version", "modalities"}
    assert "steps" in schema["$defs"]["Modality"]["properties"]
    assert "steps" not in schema["$defs"]["Modality"].get("required", [])


def test_every_shipped_protocol_uses_only_fields_of_the_schema():
    known = set(published.json_schema()["properties"])
    for versions in library_files.load_library().protocols.values():
        for protocol in versions.values():
            assert set(protocol.model_dump(by_alias=True, exclude_unset=True)) <= known
