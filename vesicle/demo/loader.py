"""Plays the stories through the services, each step at its own time, so that the demo is true by construction."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vesicle.candidacy import queries as candidacy_queries
from vesicle.candidacy import services as candidacy
from vesicle.candidacy.models import ReviewDecision, Screening, ScreeningVerdict
from vesicle.clinic import services as places
from vesicle.clinic.models import Clinic
from vesicle.consent import queries as consent_queries
from vesicle.consent import services as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, JustTaken
from vesicle.core.scope import clinic_scope
from vesicle.demo import afterwards, calendar, faces, spots
from vesicle.demo.answers import examined, healthy
from vesicle.demo.charting import chart
from vesicle.demo.stories import IN_SKIN_TYPES, Story, stories
from vesicle.demo.world import DATA, World, build
from vesicle.people import services as people
from vesicle.people.identity import patient_actor, staff_actor
from vesicle.people.models import Message, Patient, Staff
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.queries import offered, offered_options
from vesicle.scheduling import money_queries
from vesicle.scheduling import queries as scheduling_queries
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment
from vesicle.treatment import services as treatment
from vesicle.treatment.models import Encounter

Progress = Callable[[int, int, str], None]
_SEED = 20261123
_DIRECTOR_ONLY = ("laser-resurfacing/ablative-fractional", "chemical-peel/medium")


def load(*, now: datetime, say: Callable[[str], None], progress: Progress, most: int | None = None) -> Clinic:
    """Fill an installation without clinics with the demo. Raises ``Conflict`` where a clinic exists already.

    ``say`` hears what is being set up; ``progress`` hears (done, of, what). ``most`` limits the number of
    patients; the awkward cases come first.
    """
    if Clinic.objects.exists():
        raise Conflict("This database holds a clinic already. The demo is only loaded into an empty one.")
    world = build(now, say)
    with clinic_scope(world.clinic.pk):
        dice = random.Random(_SEED)  # noqa: S311  # the demo is the same every time
        available = {option.option.id for option in offered_options(world.clinic.pk)}
        today = clock.day_in("America/Los_Angeles", now)
        cast = [story for story in stories(dice, today) if story.option in available][:most]
        names = _Names(dice)
        for number, story in enumerate(sorted(cast, key=lambda story: story.day if story.day is not None else 1)):
            progress(number, len(cast), "patients")
            _Play(world, story, dice, names).run()
        progress(len(cast), len(cast), "patients")
        calendar.search_in_vain(world.system, world.locations, now=now, dice=dice)
        _finish(world)
    return world.clinic


class _Names:
    """Names, birth dates and skin types, none twice."""

    def __init__(self, dice: random.Random) -> None:
        data = read_shipped(DATA / "people.yaml").data
        self.people = [(first, last) for last in data["last"] for first in data["first"]][2:]
        dice.shuffle(self.people)
        self.data = data
        self.count = 0

    def next(self, story: Story) -> tuple[str, str]:
        self.count += 1
        return story.name or self.people.pop()


class _Play:
    """One story, step by step, until it ends."""

    def __init__(self, world: World, story: Story, dice: random.Random, names: _Names) -> None:
        self.world, self.story, self.dice, self.names = world, story, dice, names
        self.place = world.locations[story.location]
        self.zone = ZoneInfo(self.place.time_zone)
        self.today = clock.day_in(self.place.time_zone, world.now)
        tones = next((tones for key, tones in IN_SKIN_TYPES.items() if story.option.startswith(key)), None)
        self.tone = dice.choice(tones or names.data["skin"])

    def run(self) -> None:
        story = self.story
        # Those who only asked did so in the last days; the others some days before their visit, or before today.
        before = self.dice.randrange(1, 3) if story.day is None else dice_days(self.dice)
        self.at = self._moment(min(story.day or 0, 0) - before)
        if story.day is not None and spots.may_need(self.world.clinic.pk, story.option):
            self.at -= spots.EARLIER
        with clock.pretend(self.at):
            self.patient, self.screening = self._screen()
        if story.until == "screened":
            return
        with clock.pretend(self.at + timedelta(hours=20)):
            if not self._review() or story.until == "reviewed":
                return
        then = self.at + timedelta(hours=30)
        then = spots.before(self.world, story.option, self.patient, self.place, then) or then
        with clock.pretend(then):
            appointment = self._book()
        if appointment is None:
            return
        self._before_visit(appointment)
        if story.until not in ("booked", "cancelled"):
            self._visit(appointment)

    def _moment(self, day: int, clock_time: time = time(10, 20)) -> datetime:
        return datetime.combine(self.today + timedelta(days=day), clock_time, self.zone)

    # --- before ---------------------------------------------------------------------------

    def _screen(self) -> tuple[Patient, Screening]:
        first, last = self.names.next(self.story)
        born = date(1958 + self.dice.randrange(42), self.dice.randrange(1, 13), self.dice.randrange(1, 28))
        number = self.names.count
        patient = people.register_patient(
            by=self.world.system,
            first_name=first,
            last_name=last,
            date_of_birth=born,
            email=f"{first}.{last}.{number}@example.com".lower(),
            phone=f"+1 503 555 {1000 + number}",
            time_zone=self.place.time_zone,
        )
        areas = tuple(area.area for area in offered(self.world.clinic.pk, self.story.option).option.sections.areas[:1])
        answers = healthy(born=born, areas=areas, skin=self.tone)
        for question, answer in self.story.answers.items():
            answers = answers.with_answer(question, answer)
        screening = candidacy.screen(
            by=patient_actor(patient),
            answers=answers,
            concerns=self.dice.sample(self.names.data["concerns"], 2),
            option=self.story.option,
            patient=patient,
            now=clock.now(),
        )
        verdict = candidacy_queries.stored_verdict(screening, self.story.option)
        if verdict is not None and verdict.verdict == ScreeningVerdict.Verdict.REVIEW:
            candidacy.request_review(by=patient_actor(patient), screening=screening, option=self.story.option)
        return patient, screening

    def _review(self) -> bool:
        """Let the director decide; return whether the person may go on."""
        review = self.screening.reviews.filter(option=self.story.option).first()
        if review is None:
            return False
        declined = self.story.twist == "declined"
        exam = offered(self.world.clinic.pk, self.story.option).option.sections.exam
        candidacy.decide_review(
            by=self.world.actor("iris"),
            review=review,
            outcome=ReviewDecision.Outcome.DECLINED if declined else ReviewDecision.Outcome.CLEARED,
            mode=ReviewDecision.Mode.VIDEO,
            reason=(
                "Raised scar after an ear piercing. I advise against needling."
                if declined
                else "Seen by video. History as given; nothing speaks against it."
            ),
            signature=self.world.staff["iris"].name,
            findings={} if declined else examined(exam, skin=self.tone),
            requires=[("Antiviral medicine at home, begun as I prescribe it", "treating")]
            if self.story.twist == "conditions"
            else [],
        )
        return not declined

    def _book(self) -> Appointment | None:
        story, day = self.story, self.story.day
        if day is None:
            return None
        by = patient_actor(self.patient)
        now = clock.now()
        options = offered(self.world.clinic.pk, story.option).option.sections
        areas = [options.areas[0].area]
        # A full day is no reason to stay away: the next ones are tried, as at any desk.
        for later in range(0 if day == 0 else 1, 12) if day == 0 else range(12):
            on = self.today + timedelta(days=day + later)
            if day == 0 and later:
                break
            slots = scheduling_queries.slots(
                by,
                option_id=story.option,
                areas=areas,
                location_id=self.place.pk,
                from_=on,
                to=on,
                now=min(now, self._moment(day, time(1))),
            )
            if slots:
                try:
                    return scheduling.book_at(
                        by=by,
                        option_id=story.option,
                        areas=areas,
                        location_id=self.place.pk,
                        start=self.dice.choice(slots).start,
                        patient=self.patient,
                        screening=self.screening,
                        policy_accepted=1,
                        now=min(now, self._moment(day, time(1))),
                    )
                except (JustTaken, Blocked):
                    continue
        return None

    def _before_visit(self, appointment: Appointment) -> None:
        story, by = self.story, patient_actor(self.patient)
        then = min(appointment.starts_at - timedelta(hours=18), self.world.now - timedelta(hours=1))
        with clock.pretend(then):
            if story.signs:
                self._sign(appointment, then)
            for use in PhotoConsent.Use:
                given = story.photographs if use == PhotoConsent.Use.CLINICAL else self.dice.random() < 0.3
                consents.set_photo_consent(
                    by=by,
                    patient=self.patient,
                    use=use.value,
                    is_given=given,
                    signature=self.patient.full_name if given else "",
                    now=then,
                )
            if story.until == "cancelled":
                scheduling.cancel(by=by, appointment=appointment, now=then, reason="Cannot come that day.")
            if story.twist == "moved":
                self._move(appointment, then)
            if story.twist == "consent-withdrawn" and appointment.consents.exists():
                consents.withdraw(by=by, consent=appointment.consents.get(), now=then, reason="I want to think again.")

    def _sign(self, appointment: Appointment, then: datetime) -> None:
        document = consent_queries.document_for(appointment)
        consents.sign(
            by=patient_actor(self.patient),
            appointment=appointment,
            shown_hash=document.hash,
            acknowledgements=[tick.id for tick in document.ticks],
            signature=self.patient.full_name,
            in_own_words="Small needles, then a serum. It may do little, and my skin will be red for some days.",
            now=then,
        )

    def _move(self, appointment: Appointment, then: datetime) -> None:
        on = clock.day_in(self.place.time_zone, appointment.starts_at) + timedelta(days=2)
        by = patient_actor(self.patient)
        slots = scheduling_queries.slots(
            by,
            option_id=appointment.option,
            areas=appointment.areas,
            location_id=self.place.pk,
            from_=on,
            to=on,
            now=then,
            ignoring=appointment.pk,
        )
        if slots:
            scheduling.move(by=by, appointment=appointment, start=slots[0].start, now=then)

    # --- the visit ------------------------------------------------------------------------

    def _visit(self, appointment: Appointment) -> None:
        rosa, story = self.world.actor("rosa"), self.story
        start = appointment.starts_at
        with clock.pretend(start):
            if story.until == "no-show":
                scheduling.change_state(by=rosa, appointment=appointment, state=Appointment.State.NO_SHOW, now=start)
                return
            scheduling.change_state(by=rosa, appointment=appointment, state=Appointment.State.ARRIVED, now=start)
            candidacy.reconfirm(by=patient_actor(self.patient), screening=self.screening, now=start)
            if story.until == "arrived":
                return
            provider = self._provider(appointment)
            by = staff_actor(provider)
            encounter = treatment.start_visit(by=by, appointment=appointment, now=start)
            if story.until == "open":
                return
            chart(
                by, encounter, now=start + timedelta(minutes=10), dice=self.dice, tone=self.tone,
                photograph=faces.before if story.twist == "series" else None,
            )  # fmt: skip
            treatment.add_instructions(
                by=by,
                encounter=encounter,
                text="Use the cooling mask we gave you tonight. Call me if anything worries you.",
            )
        done = appointment.ends_at
        with clock.pretend(done):
            treatment.sign_encounter(by=by, encounter=encounter, signature=provider.name, now=done)
        encounter.refresh_from_db()
        self._afterwards(encounter)

    def _provider(self, appointment: Appointment) -> Staff:
        return Staff.objects.get(resource=appointment.provider)

    def _afterwards(self, encounter: Encounter) -> None:
        afterwards.play(self.world, self.story, encounter, self.dice, self.tone)


def dice_days(dice: random.Random) -> int:
    """Return how many days before the visit somebody answers the questions."""
    return dice.randrange(4, 12)


def _forgive(world: World) -> None:
    """Let the director waive the fee of the one who called because her child was ill."""
    first = min(money_queries.fees(world.actor("iris"), state="open"), key=lambda row: row.fee.at, default=None)
    if first is not None:
        at = first.fee.at + timedelta(hours=3)
        reason = "Called in the morning: her child was ill."
        scheduling.waive_fee(by=world.actor("iris"), fee=first.fee, reason=reason, now=at)


def _finish(world: World) -> None:
    """What happened lately: a lot recalled, and the messages of the past marked as sent, so that none leaves now."""
    director = world.actor("iris")
    recalled_at = world.now - timedelta(days=6)
    with clock.pretend(recalled_at):
        places.recall_lot(
            by=director,
            product=world.products["exosome"],
            code="RV-2408",
            reason="The maker reported vials with particles (demo).",
            at=recalled_at,
        )
    _forgive(world)
    Message.objects.filter(due_at__lte=world.now, sent_at=None, cancelled_at=None, failed_at=None).update(
        sent_at=world.now, claimed_at=world.now
    )
