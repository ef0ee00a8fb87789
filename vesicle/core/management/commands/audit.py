"""Prove that the audit trail is whole."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from vesicle.core import audit
from vesicle.core.commands import FAILED, VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope


class Command(VesicleCommand):
    """`vesicle audit`."""

    help = "Prove that nobody changed or removed an entry of the audit trail: verify."
    group = "Care of the installation"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and, if asked, one clinic."""
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify", help="recompute the chain of every clinic, or of one")
        verify.add_argument("--clinic", metavar="SLUG", help="only this clinic")

    def handle(self, *, clinic: str | None = None, **options: Any) -> None:
        """Recompute the chains and print what was found; exit 1 when one does not hold."""
        proofs = []
        for clinic_id, slug in _clinics(clinic):
            with clinic_scope(clinic_id):
                proofs.append((slug, audit.verify(clinic_id)))
        whole = not any(proof.faults for _, proof in proofs)
        data = {
            "whole": whole,
            "clinics": [
                {"clinic": slug, "entries": proof.entries, "head": proof.head, "faults": proof.faults}
                for slug, proof in proofs
            ],
        }
        lines = [line for slug, proof in proofs for line in self._lines(slug, proof)] or ["There is no clinic yet."]
        self.emit(data, human=lambda: "\n".join(lines))
        if not whole:
            sys.exit(FAILED)

    def _lines(self, slug: str, proof: audit.Proof) -> list[str]:
        if not proof.faults:
            return [f"{slug}: {proof.entries} entries, the chain is whole. Head {proof.head[:16]}."]
        faults = [f"  {fault[:1].upper()}{fault[1:]}." for fault in proof.faults]
        return [self.style.ERROR(f"{slug}: the audit trail was tampered with."), *faults]


def _clinics(slug: str | None) -> list[tuple[int, str]]:
    # The clinic's table belongs to a room above; the audit entry's own key leads there without importing it.
    table = AuditEntry._meta.get_field("clinic").related_model
    known: list[tuple[int, str]] = list(table._default_manager.order_by("pk").values_list("pk", "slug"))
    if slug is None:
        return known
    chosen = [row for row in known if row[1] == slug]
    if not chosen:
        names = ", ".join(name for _, name in known) or "none yet"
        raise Invalid(f"There is no clinic {slug!r}. There is: {names}.")
    return chosen
