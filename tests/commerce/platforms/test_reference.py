"""The reference of the format says what the schemas say."""

from pathlib import Path

from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.reference import import_format
from aftercare.commerce.platforms.shape import shape_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "import-format.md"


def test_the_document_is_what_the_schemas_say() -> None:
    """Written anew by `python docs/reference/write_import_format.py`."""
    assert DOCUMENT.read_text(encoding="utf-8") == import_format(list(kinds))


def test_every_field_has_its_row_and_every_value_an_example() -> None:
    text = import_format(list(kinds))
    models = {kind.schema for kind in kinds}
    models |= {shape.model for model in models for shape in shape_of(model).values() if shape.model is not None}
    for model in models:
        for name in shape_of(model):
            assert f"| `{name}` |" in text
    bare = [row for row in text.splitlines() if row.startswith("| `") and row.endswith("|  |") and "](#" not in row]
    assert bare == []
