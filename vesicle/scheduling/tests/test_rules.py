"""The rules about money and about what comes before, against plain statements and over changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.core.errors import Invalid
from vesicle.scheduling.domain import money
from vesicle.scheduling.domain.before import Before, Earlier, Near, Needed, stand, too_near
from vesicle.scheduling.domain.fees import Charge, Lapse, Terms, counted, due_for, is_late, last_free_moment, settle

ZONES = ["America/Los_Angeles", "America/New_York", "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe"]
CHARGES = st.one_of(
    st.just(Charge()),
    st.integers(1, 50_000).map(lambda value: Charge("fixed", value)),
    st.integers(1, 100).map(lambda value: Charge("share", value)),
)
TERMS = st.builds(
    Terms,
    late_hours=st.integers(0, 96),
    late=CHARGES,
    no_show=CHARGES,
    free_chances=st.integers(0, 3),
    grace_minutes=st.integers(0, 120),
    moves_count=st.booleans(),
    keep_deposit=st.booleans(),
)
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def plain(hours=24, **more):
    return Terms(late_hours=hours, late=Charge("share", 50), no_show=Charge("share", 100), **more)


class TestLate:
    @given(starts_at=MOMENTS, zone=st.sampled_from(ZONES), hours=st.integers(0, 96), seconds=st.integers(1, 400_000))
    def test_hours_before_are_real_hours_in_every_zone_and_over_changes_of_the_clock(
        self, starts_at, zone, hours, seconds
    ):
        local = starts_at.astimezone(ZoneInfo(zone))
        limit = starts_at - timedelta(hours=hours)
        late = {"starts_at": local, "booked_at": LONG_AGO}
        assert not is_late(plain(hours), **late, at=limit.astimezone(ZoneInfo(zone)))
        assert not is_late(plain(hours), **late, at=limit - timedelta(seconds=seconds))
        assert is_late(plain(hours), **late, at=(limit + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone)))

    def test_on_the_night_the_clock_goes_back_the_last_free_moment_is_an_hour_later_on_the_wall(self):
        zone = ZoneInfo("America/Los_Angeles")
        visit = datetime(2026, 11, 1, 10, 0, tzinfo=zone)
        limit = last_free_moment(plain(24), starts_at=visit, booked_at=LONG_AGO)
        assert limit.astimezone(zone) == datetime(2026, 10, 31, 11, 0, tzinfo=zone)
        spring = datetime(2026, 3, 8, 10, 0, tzinfo=zone)
        limit = last_free_moment(plain(24), starts_at=spring, booked_at=LONG_AGO)
        assert limit.astimezone(zone) == datetime(2026, 3, 7, 9, 0, tzinfo=zone)

    @given(terms=TERMS, starts_at=MOMENTS, before=st.integers(0, 3000), after=st.integers(0, 3000))
    def test_a_change_of_mind_soon_after_booking_is_never_late(self, terms, starts_at, before, after):
        booked_at = starts_at - timedelta(minutes=before)
        at = min(booked_at + timedelta(minutes=min(after, terms.grace_minutes)), starts_at)
        assert not is_late(terms, starts_at=starts_at, booked_at=booked_at, at=at)


class TestDue:
    @given(terms=TERMS, lapse=st.sampled_from(list(Lapse)), price=st.integers(0, 1_000_000), earlier=st.integers(0, 5))
    def test_never_costs_more_than_the_price_or_the_fixed_amount_and_free_chances_cost_nothing(
        self, terms, lapse, price, earlier
    ):
        due = due_for(lapse, terms, price=price, earlier=earlier)
        if due is None:
            assert lapse == Lapse.LATE_MOVE
            assert not terms.moves_count
            return
        charge = terms.no_show if lapse == Lapse.NO_SHOW else terms.late
        assert 0 <= due.amount <= max(price, charge.value)
        if earlier < terms.free_chances:
            assert due.amount == 0
        elif charge.kind == "share":
            assert abs(due.amount * 100 - price * charge.value) <= 50
        assert due.because

    def test_halves_of_a_cent_go_up(self):
        assert [money.share(price, 50) for price in (1, 2, 3, 12_345)] == [1, 1, 2, 6173]
        assert money.share(999, 33) == 330  # 329.67

    @given(moments=st.lists(MOMENTS, max_size=8), at=MOMENTS)
    def test_what_is_older_than_a_year_is_forgotten(self, moments, at):
        assert counted(moments, at=at) == len(
            [one for one in moments if timedelta(0) <= at - one < timedelta(days=365)]
        )


class TestSettle:
    @given(terms=TERMS, fee=st.integers(0, 100_000), deposit=st.integers(1, 100_000))
    def test_every_cent_of_a_deposit_is_kept_or_given_back_and_nobody_pays_twice(self, terms, fee, deposit):
        found = settle(terms, fee=fee, deposit=deposit)
        assert found.kept + found.returned == deposit
        assert found.owed == max(0, fee - deposit)
        if not fee:
            assert found.returned == deposit
        if terms.keep_deposit and fee:
            assert found.returned == 0
        if not terms.keep_deposit:
            assert found.kept == min(fee, deposit)


class TestMoney:
    @given(amount=st.integers(0, 99_999_999), currency=st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF"]))
    def test_an_amount_that_is_written_out_is_read_back(self, amount, currency):
        words = money.in_words(amount, currency).lstrip("$€").removeprefix(currency).strip()
        assert money.read(words, currency) == amount

    def test_whole_units_become_the_smallest_unit_of_each_currency(self):
        assert [money.from_whole(120, currency) for currency in ("USD", "JPY", "KWD")] == [12_000, 120, 120_000]

    @pytest.mark.parametrize("text", ["", "free", "-5", "1.234", "1e5", "५0.x", "12345678901"])
    def test_what_is_no_amount_is_refused_in_words(self, text):
        with pytest.raises(Invalid):
            money.read(text, "USD")


DAY = date(2027, 3, 1)
PATCH = Needed(min_days=7, valid_days=180, needs_result=True)


class TestBefore:
    @given(days=st.integers(-400, 400), outcome=st.sampled_from(["", "clear"]), is_done=st.booleans())
    def test_a_test_opens_the_way_only_when_done_read_clear_early_enough_and_not_too_old(self, days, outcome, is_done):
        found = stand([Earlier(DAY - timedelta(days=days), is_done, outcome)], PATCH, on=DAY)
        assert (found == Before.MET) == (is_done and outcome == "clear" and 7 <= days <= 180)
        if not 7 <= days <= 180:
            assert found == Before.MISSING

    @given(first=st.integers(8, 100), second=st.integers(1, 99))
    def test_after_a_reaction_only_a_later_clear_result_opens_the_way(self, first, second):
        reaction = Earlier(DAY - timedelta(days=first), is_done=True, outcome="reaction")
        again = Earlier(DAY - timedelta(days=second), is_done=True, outcome="clear")
        found = stand([again, reaction], PATCH, on=DAY)
        if second < first:
            assert found == (Before.MET if second >= 7 else Before.MISSING)
        elif second > first:
            assert found == Before.REACTION

    def test_a_consultation_counts_without_a_result_and_a_planned_test_is_said_to_be_planned(self):
        consultation = Needed(min_days=0, valid_days=None, needs_result=False)
        assert stand([Earlier(DAY, is_done=True)], consultation, on=DAY) == Before.MET
        assert stand([Earlier(DAY - timedelta(days=9), is_done=False)], PATCH, on=DAY) == Before.PLANNED
        assert stand([Earlier(DAY - timedelta(days=9), is_done=True)], PATCH, on=DAY) == Before.UNREAD

    @given(offset=st.integers(-90, 90), days=st.integers(1, 60))
    def test_days_between_hold_before_and_after(self, offset, days):
        near = too_near(DAY, [Near(DAY + timedelta(days=offset), "needling", days)])
        assert (near is not None) == (abs(offset) < days)
        if near is not None and offset <= 0:
            assert too_near(near.earliest(), [near]) is None
