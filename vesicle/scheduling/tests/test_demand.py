"""What people look for: a row where nothing was found, a count where something was, and no name in either."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vesicle.core import clock
from vesicle.scheduling import services
from vesicle.scheduling.models import SearchCount, SlotSearch


def note(cast, found, **more):
    today = clock.now().date()
    services.note_search(
        by=more.pop("by", cast.actor("visitor")),
        option_id="exosome-therapy/topical",
        areas=["neck"],
        location=more.pop("location", cast.portland),
        first=today,
        last=today + timedelta(days=6),
        found=found,
        now=clock.now(),
        **more,
    )


def test_a_search_in_vain_is_kept_without_a_name(cast):
    note(cast, 0, by=cast.actor("pia"), wishes={"provider": cast.noor_column.pk}, next_free=clock.now().date())
    kept = SlotSearch.objects.get()
    assert (kept.by_kind, kept.wishes) == ("patient", {"provider": cast.noor_column.pk})
    values = {str(value) for value in SlotSearch.objects.values().get().values()}
    assert not values & {cast.pia.full_name, cast.pia.email, "Pia"}
    assert not SearchCount.objects.exists()


def test_searches_that_found_something_are_counted_by_day_place_and_kind_of_actor(cast):
    for _ in range(3):
        note(cast, 5)
    note(cast, 5, by=cast.actor("rosa"))
    note(cast, 5, location=cast.phoenix)
    found = {(row.location.slug, row.by_kind): row.found for row in SearchCount.objects.select_related("location")}
    assert found == {("portland", "visitor"): 3, ("portland", "staff"): 1, ("phoenix", "visitor"): 1}
    assert not SlotSearch.objects.exists()


def test_either_costs_the_search_one_statement(cast):
    for found in (0, 5):
        with CaptureQueriesContext(connection) as asked:
            note(cast, found)
        assert len(asked) == 1


def test_the_booking_pages_note_what_was_looked_for(path, as_patient, client):
    pia = path()
    browser = as_patient(client, pia.patient)
    today = clock.now().date()
    page = f"/book/times/?option={pia.option}&areas=full-face&location=portland&from="
    assert browser.get(f"{page}{today + timedelta(days=1)}").status_code == 200
    assert SearchCount.objects.get().found == 1
    assert browser.get(f"{page}{today + timedelta(days=170)}&provider=999999").status_code == 200
    kept = SlotSearch.objects.get()
    assert (kept.option, kept.location.slug, kept.by_kind) == (pia.option, "portland", "patient")
    assert kept.wishes == {"provider": 999999}


@pytest.mark.django_db(transaction=True)
def test_the_count_does_not_wait_for_the_disk_and_whatever_else_is_written_does(cast):
    def setting():
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return cursor.fetchone()[0]

    note(cast, 5)
    note(cast, 5)
    assert setting() == "on"
    with transaction.atomic():
        note(cast, 5)
        assert setting() == "on"
    assert SearchCount.objects.get().found == 3
