"""What was found in a clinic's own words; what the pages say of the team and the locations, and who agreed to it."""

from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from vesicle.clinic.models import Location
from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Staff
from vesicle.protocols.models import Edition


class _Report(AppendOnly):
    """The check of words that are public: when, under whose law, with which rules.

    One is made when they are published, another each time the rules are of another version. ``content`` holds every
    sentence with its verdict, and the claim it rests on.
    """

    checked_on = models.DateField()
    jurisdiction = models.CharField(max_length=2)
    version = models.CharField(max_length=20)
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        abstract = True


class StatementReport(_Report):
    """The check of an edition's own words."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "revision", "version"], name="one_statement_report_per_version"),
        ]

    def __str__(self) -> str:
        return f"report on {self.edition}, {self.checked_on}"


class ProfileVersion(AppendOnly):
    """Words about a member of the team or a location as they were published."""

    profile = models.ForeignKey("Profile", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    written_by = models.CharField(max_length=120)
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["profile", "number"], name="profile_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.profile}, version {self.number}"


class Profile(ClinicOwned):
    """What public pages say of one member of the team, or of one location, in the clinic's words.

    ``draft`` is what is being written, ``shown`` the version on the pages: ``None`` shows nothing. ``revision`` counts
    every change, so that nobody saves over what they have not seen.
    """

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    location = models.OneToOneField(Location, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    draft = models.JSONField(null=True)
    is_submitted = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(null=True)
    shown = models.OneToOneField(ProfileVersion, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, location__isnull=True) | Q(staff__isnull=True, location__isnull=False),
                name="a_profile_is_of_one_person_or_place",
            ),
            models.CheckConstraint(
                condition=Q(is_submitted=False) | Q(draft__isnull=False), name="only_a_draft_is_submitted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def subject(self) -> Staff | Location:
        """Whom or what the words are about."""
        return self.staff if self.staff is not None else cast(Location, self.location)


class ProfileReport(_Report):
    """The check of a published version of words about a member of the team or a location."""

    profile_version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="reports")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["profile_version", "version"], name="one_profile_report_per_version"),
        ]

    def __str__(self) -> str:
        return f"report on {self.profile_version}, {self.checked_on}"


class PortraitAgreement(AppendOnly):
    """That a member of the team agreed to a portrait of them being public, or took it back; the last row counts.

    ``said_on`` is the day they said so, ``recorded_by`` who wrote it down: they themselves, or whom they told.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    is_given = models.BooleanField()
    said_on = models.DateField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.staff}, {'agreed' if self.is_given else 'took it back'} on {self.said_on}"


class SiteTranslation(ClinicOwned):
    """What a text of the public pages that is of no edition says in another language; the latest at each place.

    ``of`` is the fingerprint of the English it translates: it is shown beside no other. ``changed`` grows with every
    save, so that nobody saves over what they have not seen.
    """

    language = models.CharField(max_length=2)
    place = models.CharField(max_length=80)
    of = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    said_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    changed = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clinic", "language", "place"], name="one_site_translation_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place} in {self.language}"
