"""What goes wrong between Vesicle and its database server, in words that say how to mend it."""

from vesicle.core.errors import VesicleError


class DatabaseUnavailable(VesicleError):
    """There is no database to work with. ``message`` says why and what to do."""

    status = 503
    code = "database-unavailable"
