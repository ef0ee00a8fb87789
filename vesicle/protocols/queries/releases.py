"""Installed releases of protocols: the newest, one by its version, and what it consists of."""

from functools import lru_cache

from vesicle.core.errors import NotFound
from vesicle.protocols.checking import options_in as options_named
from vesicle.protocols.library_files import house_order, version_key
from vesicle.protocols.models import (
    ProtocolRelease,
)
from vesicle.protocols.schema import Option, Protocol, options_of


@lru_cache(maxsize=64)
def release_protocol(release_id: int) -> Protocol:
    """Return the protocol of an installed release."""
    return Protocol.model_validate(ProtocolRelease.objects.get(pk=release_id).content)


def release_options(release_id: int) -> tuple[Option, ...]:
    """Return the options of an installed release, combined with the installed versions it names."""
    return options_of(release_protocol(release_id), installed_protocol)


def installed_protocol(treatment: str, version: str) -> Protocol:
    """Return an installed release. Raises ``KeyError``."""
    row = ProtocolRelease.objects.filter(treatment=treatment, version=version).values_list("pk", flat=True).first()
    if row is None:
        raise KeyError(f"{treatment} {version}")
    return release_protocol(row)


def latest_release(treatment: str) -> ProtocolRelease:
    """Return the newest installed release of a treatment. Raises ``NotFound``."""
    rows = list(ProtocolRelease.objects.filter(treatment=treatment).defer("source", "content"))
    if not rows:
        raise NotFound(f"No protocol '{treatment}' is installed. Run `vesicle protocols install`.")
    return max(rows, key=lambda row: version_key(row.version))


def known_options() -> set[str]:
    """Return the ids of all options of the newest installed releases; what an alternative may name."""
    newest: dict[str, tuple[tuple[int, ...], int]] = {}
    for pk, treatment, version in ProtocolRelease.objects.values_list("pk", "treatment", "version"):
        newest[treatment] = max(newest.get(treatment, ((), 0)), (version_key(version), pk))
    return options_named([release_protocol(pk) for _, pk in newest.values()])


def by_treatment(row: tuple[int, str]) -> tuple[int, str]:
    """Return the key that sorts pairs of a number and a treatment in the order of the house."""
    return house_order(row[1])
