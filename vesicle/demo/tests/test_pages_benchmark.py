"""``vesicle bench pages``: the reference returns the very same bytes, and too few rounds are refused."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from vesicle.core.errors import Invalid
from vesicle.demo import pages_benchmark
from vesicle.demo.pages_benchmark import PAGES_BENCHMARK
from vesicle.protocols.library_files import load_library
from vesicle.protocols.tests.editions import approved, install
from vesicle.website.middleware import store


@pytest.mark.django_db(transaction=True)
def test_compares_with_a_bare_view_that_returns_the_same_bytes(cast, stock):
    install()
    for treatment in load_library().treatments():
        approved(cast, treatment)
    store.clear()
    row = pages_benchmark._measured(WSGIHandler(), pages_benchmark._Bare(), "/treatments/prp/", rounds=3, each=10)
    assert row["same_bytes"]
    assert row["bytes"] > 10_000
    assert row["share_of_bare_speed"] > 0
    assert row["first_build_ms"] > row["cached_ms"]
    assert "requests a second" in PAGES_BENCHMARK.in_words({"pages": [{"page": "prp", **row}], "rounds": 3, "each": 10})


@pytest.mark.parametrize("options", [{"rounds": 2, "each": 200}, {"rounds": 15, "each": 9}])
def test_too_few_requests_are_refused(options):
    with pytest.raises(Invalid):
        PAGES_BENCHMARK.run(options, print)
