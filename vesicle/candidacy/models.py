"""Tables for screenings, their answers and verdicts, and providers' reviews."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient, Staff
from vesicle.protocols.models import Edition


class Screening(ClinicOwned):
    """One person's way through the questions, for all options at once.

    ``token_hash`` resumes it without an account; ``patient`` is set once they say who they are. ``interests`` are the
    treatments they asked about (none: all); ``in_full`` is the option for which a provider will look, so that
    everything they may want to know is asked. ``sheet`` holds the finished answers in the form in which many people's
    are read at once (``domain.sheets``), written under ``sheet_layout``; it can always be made anew. ``preferences`` is
    what matters to them in a treatment, as ``domain.Preferences`` writes it; no verdict ever looks at it.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="screenings")
    chosen_option = models.CharField(max_length=80, blank=True)
    concerns = ArrayField(models.CharField(max_length=60), default=list)
    areas = ArrayField(models.CharField(max_length=60), default=list)
    interests = ArrayField(models.CharField(max_length=60), default=list)
    in_full = models.CharField(max_length=80, blank=True)
    preferences = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    sheet = models.BinaryField(null=True)
    sheet_layout = models.CharField(max_length=16, blank=True)

    def __str__(self) -> str:
        return f"screening of {self.patient or 'a visitor'}"


class ScreeningAnswer(AppendOnly):
    """An answer as given. Changing one's mind adds a row; the latest counts.

    ``answer`` is ``yes``, ``no``, ``unsure``, a choice's value or several joined by commas. ``ended`` is the day named
    with a no on which something was over; where it is empty, the rows before say whether something ended.
    """

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    answer = models.CharField(max_length=200)
    date = models.DateField(null=True)
    ended = models.DateField(null=True)
    text = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["screening", "question", "-answered_at"], name="answer_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"


class NamedMedicine(AppendOnly):
    """What a person said when a medicine they had named was shown back to them. Appended; the latest counts.

    ``said`` are their words, ``unclear`` why those may not mean taking it, ``read_as`` every medicine they may mean,
    ``medicine`` the one they meant.
    """

    class Status(models.TextChoices):
        """What the person answered."""

        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Something else was meant"
        UNSURE = "unsure", "Not sure"

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="named_medicines")
    question = models.CharField(max_length=40)
    said = models.CharField(max_length=500)
    unclear = models.CharField(max_length=20, blank=True)
    read_as = ArrayField(models.CharField(max_length=60))
    medicine = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    named_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["screening", "named_at"], name="named_medicine_latest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status="confirmed") ^ Q(medicine=""), name="a_confirmed_medicine_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.said}”: {self.status}"


class ScreeningVerdict(AppendOnly):
    """The engine's verdict on one option, frozen with everything needed to replay it."""

    class Verdict(models.TextChoices):
        """From most to least strict."""

        UNSUITABLE = "unsuitable", "Not suitable"
        DEFER = "defer", "Not yet"
        REVIEW = "review", "A provider decides"
        INCOMPLETE = "incomplete", "Answers missing"
        SUITABLE = "suitable", "Suitable"

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="verdicts")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    protocol_version = models.CharField(max_length=20)
    on = models.DateField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    earliest = models.DateField(null=True)
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    input = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["screening", "option", "-decided_at"], name="verdict_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.verdict}"


class Review(ClinicOwned):
    """A request that a provider decide about one option for one patient (good-faith exam)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reviews")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.ForeignKey(ScreeningVerdict, on_delete=models.PROTECT, related_name="reviews")
    option = models.CharField(max_length=80)
    requested_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["screening", "option"], name="one_review_per_option"),
        ]

    def __str__(self) -> str:
        return f"review of {self.option} for {self.patient}"


class ReviewDecision(AppendOnly):
    """A provider's signed decision. Appended; the latest counts.

    ``findings`` are what the examination found, with the words and units of the exam of ``edition``. ``conditions`` is
    advice in free text and blocks nothing; what a clearance depends on stands in ``ClearanceCondition``. ``asked_at``
    is when this decision was asked for; empty where that was not kept.
    """

    class Outcome(models.TextChoices):
        """What was decided."""

        CLEARED = "cleared", "Cleared"
        DECLINED = "declined", "Not suitable"
        DEFERRED = "deferred", "Not before a date"
        MORE_INFORMATION = "more-information", "More information needed"

    class Mode(models.TextChoices):
        """How the person was examined."""

        IN_PERSON = "in-person", "In person"
        VIDEO = "video", "By live video"
        RECORDS = "records", "From the records"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    not_before = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    licence = models.CharField(max_length=20)
    signature = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    findings = models.JSONField(default=list)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    protocol_version = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField(null=True)
    is_withdrawal = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(outcome="cleared") | Q(expires_on__isnull=False), name="a_clearance_expires"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="deferred") | Q(not_before__isnull=False), name="a_deferral_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.decided_by}"


class RuleChange(AppendOnly):
    """Somebody whom a newly approved edition affects: stricter than before, or for another reason than was cleared.

    ``on`` is the day judged: that of the next appointment, or the day of the approval. Appended only.
    """

    class Standing(models.TextChoices):
        """Why this person is on the list."""

        APPOINTMENT = "appointment", "Has an appointment"
        CLEARANCE = "clearance", "Has a clearance"

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    replaced = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="rule_changes")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=80)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    on = models.DateField()
    before = models.CharField(max_length=10, choices=ScreeningVerdict.Verdict.choices)
    after = models.CharField(max_length=10, choices=ScreeningVerdict.Verdict.choices)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "patient", "option"], name="affected_once_per_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.before} became {self.after}"


class RuleChangeClosed(AppendOnly):
    """What was done about somebody on that list, by whom. Appended only."""

    change = models.OneToOneField(RuleChange, on_delete=models.PROTECT, related_name="closed")
    note = models.TextField()
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(note=""), name="a_closing_says_what_was_done"),
        ]

    def __str__(self) -> str:
        return f"closed: {self.change}"


class ClearanceCondition(AppendOnly):
    """Something a clearance depends on, such as a specialist's letter. Open until somebody notes that it is met."""

    class Before(models.TextChoices):
        """What has to wait for it."""

        BOOKING = "booking", "Before booking"
        TREATING = "treating", "Before treating"

    decision = models.ForeignKey(ReviewDecision, on_delete=models.PROTECT, related_name="requirements")
    text = models.CharField(max_length=200)
    before = models.CharField(max_length=8, choices=Before.choices)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="a_condition_says_what"),
        ]

    def __str__(self) -> str:
        return self.text


class ConditionMet(AppendOnly):
    """The note that a condition is met: by whom, when, and what they saw. Appended, once."""

    condition = models.OneToOneField(ClearanceCondition, on_delete=models.PROTECT, related_name="met")
    note = models.TextField()
    met_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(note=""), name="a_met_condition_has_a_note"),
        ]

    def __str__(self) -> str:
        return f"met: {self.condition}"


class ClearingLimit(ClinicOwned):
    """The clinic's own narrowing of who may clear. It can only take away from what a protocol allows.

    ``exam``: of the licenses that may examine for ``option`` (empty: every option), only ``licences``. ``rule``: what
    ``rule`` (``microneedling.keloid``) gives to review, only ``licences``. ``director``: the medical director has no
    privilege for ``rule`` (empty: every rule), and needs the license the rule names like anybody else.
    """

    class Kind(models.TextChoices):
        """What is narrowed."""

        EXAM = "exam", "Who may examine"
        RULE = "rule", "Who may clear a rule"
        DIRECTOR = "director", "The medical director's privilege"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    option = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=121, blank=True)
    licences = ArrayField(models.CharField(max_length=20), default=list)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "option", "rule"],
                condition=Q(lifted_at__isnull=True),
                name="one_limit_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(kind="director") | ~Q(licences=[]), name="a_limit_names_somebody"),
            models.CheckConstraint(condition=~Q(kind="rule") | ~Q(rule=""), name="a_rule_limit_names_its_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.option}{self.rule}: {', '.join(self.licences)}"
