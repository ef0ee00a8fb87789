"""Change the protocol itself in a draft: its own text, complete, checked like a file and kept beside the release."""

from typing import Any

from django.db import transaction

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.protocols import queries
from vesicle.protocols.checking import check_source, plain, plain_source
from vesicle.protocols.models import Edition, EditionText
from vesicle.protocols.overlay import Overlay, fitted
from vesicle.protocols.permissions import CHANGE_TEXT
from vesicle.protocols.problems import EMPTY, FileRefused, Problem
from vesicle.protocols.schema import Option, Protocol
from vesicle.protocols.services import steps, words
from vesicle.protocols.yaml_source import Source, parse_yaml

FIXED = ("format", "id", "version", "released")
"""What an edition does not decide: the release says which treatment it is and when it was released."""


def own_version(release_version: str, number: int) -> str:
    """Return the version of an edition's own text: the release's and the edition's number, ``1.1.0+e3``."""
    return f"{release_version}+e{number}"


def start_text(edition: Edition) -> dict[str, Any]:
    """Return the plain data one edits: the edition's own text, or the release's under the edition's version."""
    if edition.content is not None:
        return dict(edition.content)
    return dict(edition.release.content) | {"version": own_version(edition.release.version, edition.number)}


def examine(edition: Edition, content: dict[str, Any]) -> tuple[Protocol | None, tuple[Option, ...], list[Problem]]:
    """Return what a text would be for an edition, and everything that is wrong with it; nothing is stored."""
    return _examined(edition, plain_source(_settled(edition, content), name="the protocol"))


def change_protocol(
    *, by: Actor, edition: Edition, content: dict[str, Any], expected_revision: int, part: str = ""
) -> Edition:
    """Replace the text of a draft's protocol by ``content``, complete and in the file's plain form.

    ``part`` says in words what was edited, for the list of earlier texts. Id, version and release date are the
    edition's and are set here; a text that says what the release says is kept as no text of its own. Minutes and
    prices for an area that is gone go with it. Raises ``Invalid`` with every problem by field, ``Stale`` when
    somebody else saved meanwhile.
    """
    by.require(CHANGE_TEXT)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        _save(by, row, plain_source(_settled(row, content), name="the protocol"), part or "the protocol")
    return row


def import_protocol(*, by: Actor, edition: Edition, raw: bytes, name: str, expected_revision: int) -> Edition:
    """Take the text of a file into a draft.

    It has to be of the same treatment; its version and release date are replaced by the edition's. Raises
    ``FileRefused`` with every problem, its line and its field, and ``Stale``.
    """
    by.require(CHANGE_TEXT)
    source = parse_yaml(raw, name=name)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        if not isinstance(source.data, dict):
            message = "is not a protocol; begin with 'format: 1' and the fields of the file that was downloaded."
            raise FileRefused([Problem(name, 1, "", "no group of fields", "a protocol", message)])
        said = source.data.get("id")
        if said != row.treatment:
            message = f"found '{said}'; this is an edition of '{row.treatment}'. Choose the file of that treatment."
            raise FileRefused([Problem(name, source.line_of(("id",)), "id", f"'{said}'", row.treatment, message)])
        source.data.update({key: value for key, value in _settled(row, source.data).items() if key in FIXED})
        try:
            _save(by, row, source, f"the file {name}"[:200])
        except TextRefused as refused:
            raise FileRefused(refused.problems) from refused
    return row


def restore_text(*, by: Actor, edition: Edition, revision: int, expected_revision: int) -> Edition:
    """Go back to the text a draft had in an earlier revision. Raises ``NotFound`` and ``Stale``."""
    by.require(CHANGE_TEXT)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        found = EditionText.objects.filter(edition=row, revision=revision).first()
        if found is None:
            raise NotFound("That edition has no such earlier text. Choose one of its list.")
        content = found.content if found.content is not None else row.release.content
        source = plain_source(_settled(row, content), name="the protocol")
        _save(by, row, source, f"the text of revision {revision}, brought back")
    return row


def discard_text(*, by: Actor, edition: Edition, expected_revision: int) -> Edition:
    """Throw the clinic's own text away, back to the release. It stays among the earlier texts. Raises ``Stale``."""
    by.require(CHANGE_TEXT)
    with transaction.atomic():
        row = steps.locked(edition, by)
        steps.require_draft(row, expected_revision)
        source = plain_source(_settled(row, row.release.content), name="the protocol")
        _save(by, row, source, "the release, brought back")
    return row


class TextRefused(Invalid):
    """A text cannot be used. ``problems`` are all there is to mend; ``fields`` the same by field."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        things = "one thing" if count == 1 else f"{count} things"
        fields: dict[str, str] = {}
        for problem in problems:
            said = fields.get(problem.field)
            if EMPTY in (said, problem.message):
                # That nothing was chosen says all; that nothing is in no list need not be said as well.
                fields[problem.field] = EMPTY
            else:
                fields[problem.field] = f"{said} {problem.message}" if said else problem.message
        super().__init__(f"The protocol cannot be saved like this: {things} to mend.", fields=fields)
        self.problems = tuple(problems)


def _settled(edition: Edition, content: dict[str, Any]) -> dict[str, Any]:
    """Return the text with what the edition decides, not its author, in the order of a file."""
    own = {key: edition.release.content[key] for key in FIXED}
    own["version"] = own_version(edition.release.version, edition.number)
    return own | {key: value for key, value in content.items() if key not in FIXED}


def _examined(edition: Edition, source: Source) -> tuple[Protocol | None, tuple[Option, ...], list[Problem]]:
    others = {name for name in queries.known_options() if name.partition("/")[0] != edition.treatment}
    return check_source(source, queries.installed_protocol, others)


def _save(by: Actor, row: Edition, source: Source, part: str) -> None:
    protocol, options, problems = _examined(row, source)
    if problems or protocol is None:
        raise TextRefused(problems)
    kept = plain(protocol)
    released = queries.release_protocol(row.release_id)
    is_release = protocol.model_dump(exclude={"version"}) == released.model_dump(exclude={"version"})
    # Minutes and prices of what the text does not have any more would be for nothing, and could not be saved again.
    overlay = fitted(Overlay.model_validate(row.overlay), options).model_dump(mode="json", exclude_defaults=True)
    EditionText.objects.create(
        clinic_id=row.clinic_id,
        edition=row,
        revision=row.revision,
        content=row.content,
        part=part,
        replaced_by=steps.staff(by),
        replaced_at=clock.now(),
    )
    before = row.overlay
    row.content = None if is_release else kept
    row.overlay = steps.checked_overlay(overlay, options)
    row.revision += 1
    row.save(update_fields=["content", "overlay", "revision"])
    if row.overlay != before:
        words.keep(row, f"what no longer fitted, taken out with {part}", steps.staff(by))
    audit.record(steps.TEXT_CHANGED, by=by, about=row, detail={"part": part, "revision": row.revision})
