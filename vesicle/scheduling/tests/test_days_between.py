"""Days between different treatments: read from the rules of the screening, kept by the calendar."""

from datetime import date, timedelta

import pytest

from vesicle.core import clock
from vesicle.core.errors import Blocked
from vesicle.protocols.models import Edition
from vesicle.scheduling import combining, services
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.gates import before
from vesicle.scheduling.models import Appointment


class TestOtherTreatments:
    """The days between two different treatments are read from the screening's own rules, in one direction."""

    def test_the_later_treatment_says_how_long_after_the_earlier(self, house):
        edition = {row.treatment: row.pk for row in Edition.objects.filter(status=Edition.Status.APPROVED)}

        def row(option, days, areas=("full-face",)):
            return Appointment(
                option=option,
                edition_id=edition[option.partition("/")[0]],
                areas=list(areas),
                starts_at=clock.now() + timedelta(days=days),
            )

        needled, peeled = row("microneedling/standard", 0), row("chemical-peel/superficial", 7)
        assert before.days_between(needled, peeled) == 14
        assert before.days_between(row("chemical-peel/superficial", 0), row("microneedling/standard", 7)) == 28
        hands = row("chemical-peel/superficial", 7, areas=("hands",))
        assert before.days_between(needled, hands) == 0
        assert before.days_between(peeled, row("prp/injection", 9)) > 0

    def test_a_patient_is_refused_and_told_from_when(self, house, path):
        first = path(option="microneedling/standard").booked()
        then = path(option="chemical-peel/superficial").cleared()
        start = then.free_times(date(2026, 12, 7))[0].start
        ask = {"option_id": then.option, "areas": then.areas, "location_id": then.where.pk, "patient": then.patient}
        with pytest.raises(Blocked) as closed:
            services.book_at(by=then.me, **ask, start=start, screening=then.screening, now=clock.now())
        assert closed.value.code == "too-near"
        assert "14 days have to lie between this and" in closed.value.message
        assert first.appointment.state == "booked"

    def test_what_needs_days_between_is_never_one_visit(self, house):
        clinic_id = house.cast.clinic.pk
        needling, peel = bookable(clinic_id, "microneedling/standard"), bookable(clinic_id, "chemical-peel/superficial")
        assert combining.may_follow(needling, peel) == "no"
        assert combining.may_follow(peel, needling) == "no"
