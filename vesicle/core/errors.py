"""Everything that can go wrong on purpose, in one small tree.

    VesicleError                 says what was wrong and what to do next
    ├── Invalid            422   the input cannot be accepted; ``fields`` names where
    ├── NotFound           404   does not exist, or is not yours: the two look the same
    ├── NotPermitted       403   yours, but not allowed for your role
    ├── Conflict           409   the world has moved on
    │   ├── JustTaken            somebody else got the time
    │   └── Stale                edited by somebody else meanwhile
    ├── Blocked            409   a clinical gate refuses; ``reasons`` say why
    └── OutsideClinicScope 500   a programming error: a query without a clinic

Each has a stable ``code`` and a sentence that says what to do next. One handler
(``core.responses``) turns them into a page, a fragment or problem+json.
"""

from collections.abc import Mapping, Sequence


class VesicleError(Exception):
    """Base of all expected errors. ``message`` is for people; ``code`` is stable for machines."""

    status = 400
    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Invalid(VesicleError):
    """Input that cannot be accepted. ``fields`` maps a field's name to what is wrong with it."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.fields = dict(fields or {})


class NotFound(VesicleError):
    """It does not exist, or it belongs to somebody else: the two are indistinguishable."""

    status = 404
    code = "not-found"

    def __init__(self, message: str = "We could not find that. It may have been removed.") -> None:
        super().__init__(message)


class NotPermitted(VesicleError):
    """The record is within reach but the action is not allowed for this person."""

    status = 403
    code = "not-permitted"


class Conflict(VesicleError):
    """The request made sense when it was prepared but does not any more."""

    status = 409
    code = "conflict"


class JustTaken(Conflict):
    """The time was taken by somebody else a moment ago."""

    code = "just-taken"


class Stale(Conflict):
    """Somebody else changed the same record meanwhile."""

    code = "stale"


class Blocked(VesicleError):
    """A clinical gate refuses. ``reasons`` are sentences, the deciding one first."""

    status = 409
    code = "blocked"

    def __init__(self, message: str, *, reasons: Sequence[str] = (), code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.reasons = tuple(reasons)


class OutsideClinicScope(VesicleError):
    """A clinical table was queried without saying for which clinic."""

    status = 500
    code = "outside-clinic-scope"
