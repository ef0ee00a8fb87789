"""The reference says what the code says."""

from pathlib import Path

import pytest
from django.conf import settings

from vesicle.core import audit, reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_from_the_code_is_up_to_date(name):
    reference.load_every_room()
    path = Path(settings.BASE_DIR) / "docs" / "reference" / name
    assert path.read_text(encoding="utf-8") == reference.PAGES[name](), f"run `vesicle reference` to write {name}"


def test_audit_sentences_follow_a_name_and_end_without_a_full_stop():
    reference.load_every_room()
    for code in audit.all_codes():
        assert code.sentence[0].islower(), code.code
        assert not code.sentence.endswith("."), code.code
        assert code.code.count(".") == 1, code.code


def test_what_tests_define_is_not_in_the_reference():
    audit.define("test.reference-probe", "tried something")
    assert "test.reference-probe" not in reference.audit_codes()
