"""What `vesicle doctor` asks about treatments: files unaltered, installed, approved by each clinic, claims in date."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from vesicle.clinic.models import Clinic
from vesicle.core import clock
from vesicle.core.catalogs import Unreadable
from vesicle.core.health import Finding, HealthCheck, note, ok, problem
from vesicle.core.scope import every_clinic
from vesicle.protocols import in_force, library_files, queries, services, translating
from vesicle.protocols.models import ProtocolRelease, ProtocolTranslation
from vesicle.protocols.problems import FileRefused
from vesicle.protocols.services.languages import checksum_of


def intact() -> Iterable[Finding]:
    """Are the released protocol files what was released?"""
    released = library_files.released_checksums()
    present = {(path.parent.name, path.stem) for path in library_files.library_paths()}
    for treatment, version in sorted(released.keys() - present):
        yield problem(f"{treatment} {version} is released but its file is missing", "Restore it from the release.")
    try:
        library = library_files.load_library()
    except FileRefused as refused:
        for fault in refused.problems:
            remedy = f"Restore the file, or run `vesicle protocols check {fault.file}` for all that is wrong with it."
            yield problem(str(fault), remedy)
        return
    drafts = sorted(present - released.keys())
    for treatment, version in drafts:
        remedy = f"Nothing to do while it is written; `vesicle protocols release` makes it final ({treatment})."
        yield note(f"{treatment} {version} is a draft of the library and drives nothing", remedy)
    count = sum(len(library.options_by_version[p.id, p.version]) for p in map(library.latest, library.treatments()))
    yield ok(f"{len(released)} released files unaltered, {count} options")


def installed() -> Iterable[Finding]:
    """Does the database hold the released protocols, letter by letter?"""
    released = library_files.released_checksums()
    held = {(t, v): sha for t, v, sha in ProtocolRelease.objects.values_list("treatment", "version", "checksum")}
    for treatment, version in sorted(released.keys() - held.keys()):
        yield problem(f"{treatment} {version} is not installed", "Run `vesicle protocols install`.")
    differing = [key for key in released.keys() & held.keys() if released[key] != held[key]]
    for treatment, version in sorted(differing):
        remedy = "A released version never changes: restore the database or the release that was altered."
        yield problem(f"the database holds another text under {treatment} {version}", remedy)
    if released.keys() <= held.keys() and not differing:
        yield ok(f"all {len(released)} releases installed")


LATE = timedelta(minutes=5)
"""So long after its moment an edition that nobody has settled tells of a worker that does not run."""


def approved() -> Iterable[Finding]:
    """Has each clinic approved every treatment, on the newest release, and is each what was signed?"""
    newest = _newest_versions()
    with every_clinic("the doctor looks at the whole installation"):
        clinics = list(Clinic.objects.order_by("name"))
        rows = in_force.editions(clock.now())
    versions = {(row.clinic_id, row.treatment): row.release.version for row in rows}
    names = {clinic.pk: clinic.name for clinic in clinics}
    for row in rows:
        signed = {signature.content_hash for signature in row.signatures}
        if signed != {services.content_hash(row)}:
            remedy = "Retire it, begin a new draft, and have the medical director approve that."
            yield problem(f"{names[row.clinic_id]}: {row} is not what was signed", remedy)
        if row.takes_force_at and row.status == row.Status.SCHEDULED and row.takes_force_at < clock.now() - LATE:
            remedy = (
                "Start `vesicle worker`. Pages and bookings follow the edition already; what follows from it waits."
            )
            yield problem(
                f"{names[row.clinic_id]}: {row} took force at {row.takes_force_at:%Y-%m-%d %H:%M} UTC, "
                "and no worker has settled it",
                remedy,
            )
    if not clinics:
        yield note("there is no clinic yet", "Run `vesicle demo load`, or open a clinic.")
    for clinic in clinics:
        yield from _standing(clinic, newest, versions)


def _standing(clinic: Clinic, newest: dict[str, str], versions: dict[tuple[int, str], str]) -> Iterator[Finding]:
    missing = [treatment for treatment in newest if (clinic.pk, treatment) not in versions]
    behind = [t for t, version in newest.items() if versions.get((clinic.pk, t), version) != version]
    if missing:
        remedy = "The medical director approves editions under Protocols; until then these are not offered."
        yield note(f"{clinic.name}: no approved edition of {', '.join(missing)}", remedy)
    for treatment in behind:
        remedy = "Begin a new draft under Protocols; it starts from the approved edition on the newest release."
        held = versions[clinic.pk, treatment]
        yield note(f"{clinic.name}: {treatment} follows {held}, not {newest[treatment]}", remedy)
    if not missing and not behind:
        yield ok(f"{clinic.name}: all {len(newest)} treatments approved")


def translated() -> Iterable[Finding]:
    """Is what was signed in other languages unaltered, and what do our own catalogs lack?"""
    for row in ProtocolTranslation.objects.all():
        if row.checksum != checksum_of(row.language, row.texts):
            remedy = "Restore the database; what was signed in another language never changes."
            yield problem(f"the signed translations {row.checksum[:12]}… were altered", remedy)
    for language in translating.languages():
        try:
            stocks = [translating.stock(language, name) for name in translating.names()]
        except Unreadable as unreadable:
            yield problem(str(unreadable), "Restore the catalog from the release, or mend the line.")
            continue
        lacking = [f"{one.name} ({len(one.missing)})" for one in stocks if one.missing]
        if lacking:
            remedy = f"Patients read those in English. `vesicle protocols translations {language}` lists them."
            yield note(f"{language}: texts without a translation in {', '.join(lacking)}", remedy)
        else:
            yield ok(f"{language}: all {sum(len(one.needed) for one in stocks)} texts translated")


def looked_at() -> Iterable[Finding]:
    """Has any claim that is in use passed the day it should have been looked at again?"""
    today = clock.now().date()
    with every_clinic("the doctor looks at the whole installation"):
        rows = in_force.editions(clock.now())
    # Clinics that follow a release as it is share its text; a text of one's own is looked at by itself.
    texts = {(row.release_id, row.pk if row.has_own_text else None): row for row in rows}
    late: list[str] = []
    upcoming: list[date] = []
    for row in texts.values():
        for option in queries.text_of(row)[1]:
            for claim in option.sections.claims:
                if claim.review_by < today:
                    late.append(f"{option.id} “{claim.id}” (due {claim.review_by})")
                else:
                    upcoming.append(claim.review_by)
    for sentence in sorted(set(late)):
        remedy = "It is off the pages. Look at its evidence again, then give it a new date in a release or an own text."
        yield problem(f"claim past its review date: {sentence}", remedy)
    if not late:
        yield ok(f"no claim is overdue; the next is due {min(upcoming)}" if upcoming else "no claim is in use")


def _newest_versions() -> dict[str, str]:
    newest: dict[str, str] = {}
    for treatment, version in ProtocolRelease.objects.order_by("treatment").values_list("treatment", "version"):
        newest[treatment] = max(newest.get(treatment, version), version, key=library_files.version_key)
    return newest


CHECKS = (
    HealthCheck("protocol files", intact),
    HealthCheck("protocols installed", installed),
    HealthCheck("editions", approved),
    HealthCheck("translations", translated),
    HealthCheck("claims", looked_at),
)
