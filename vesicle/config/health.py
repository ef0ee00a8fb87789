"""What the doctor asks about treatments: released files, installed releases, approved editions."""

from collections.abc import Iterable

from vesicle.clinic.models import Clinic
from vesicle.core.health import Finding, HealthCheck, note, ok, problem
from vesicle.core.scope import every_clinic
from vesicle.protocols import library_files, services
from vesicle.protocols.models import Edition, ProtocolRelease
from vesicle.protocols.problems import FileRefused


def protocols() -> Iterable[Finding]:
    """Are the released files unaltered, and are they what the database holds?"""
    try:
        library = library_files.load_library()
    except FileRefused as refused:
        yield problem(f"{len(refused.problems)} problems in protocol files", "Run `vesicle protocols check FILE`.")
        return
    released = library_files.released_checksums()
    installed = {(row.treatment, row.version): row.checksum for row in ProtocolRelease.objects.all()}
    differing = [name for name, checksum in released.items() if installed.get(name, checksum) != checksum]
    missing = [name for name in released if name not in installed]
    if differing:
        yield problem(
            f"{_names(differing)} in the database is not the file of that version",
            "Put the released file back from its source; a released version never changes.",
        )
    if missing:
        yield problem(f"{_names(missing)} not installed", "Run `vesicle protocols install`.")
    if not differing and not missing:
        yield ok(f"{len(library.treatments())} treatments, {len(library.options())} options, released and unaltered")


def approvals() -> Iterable[Finding]:
    """Does every clinic have approved editions, and are they still what was approved?"""
    clinics = list(Clinic.objects.order_by("pk"))
    if not clinics:
        yield note("no clinic yet", "Run `vesicle demo load` to try it.")
    with every_clinic("the doctor looks at the whole installation"):
        for clinic in clinics:
            editions = Edition.objects.filter(clinic=clinic, status=Edition.Status.APPROVED).select_related("approval")
            approved = list(editions.select_related("release"))
            altered = [row for row in approved if row.approval.content_hash != services.content_hash(row)]
            if altered:
                names = ", ".join(str(edition) for edition in altered)
                yield problem(
                    f"{clinic}: {names} changed after its approval",
                    "Retire it, draft it anew, and have the medical director approve it.",
                )
            elif not approved:
                yield note(
                    f"{clinic} has no approved edition, so it offers nothing",
                    "A medical director approves editions at the desk.",
                )
            else:
                yield ok(f"{clinic}: editions approved of {', '.join(row.treatment for row in approved)}")


def _names(releases: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{treatment} {version}" for treatment, version in releases)


CHECKS = (HealthCheck("protocols", protocols), HealthCheck("editions", approvals))
