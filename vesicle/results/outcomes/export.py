"""Results without identity: one row a value, people under names that hold for one export, days instead of dates.

The key of the names is drawn for each export and kept nowhere, so two exports cannot be joined, and nobody can find a
person in one by working the names out again. Free text, calendar dates, places and staff names stay in the clinic.
"""

import csv
import hashlib
import hmac
import io
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

from vesicle.results.models import Measurement, PhotoMeasure
from vesicle.results.outcomes.queries import photographed, products_of
from vesicle.treatment.models import Encounter

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One value; ``DICTIONARY`` says what each field means."""

    person: str
    visit: str
    option: str
    protocol_version: str
    provider: str
    products: str
    source: str
    measure: str
    region: str
    week: int
    day: int
    value: float | None
    unit: str
    sem: float | None
    sdc: float | None
    method: str
    basis: str
    calibration: str
    is_measured: bool


DICTIONARY = {
    "person": "text. One person under a name made for this export; another export has other names.",
    "visit": "text. One treatment of that person, named the same way.",
    "option": "text. Treatment and way it was given, as in the protocol.",
    "protocol_version": "text. Version of the protocol the visit was made under.",
    "provider": "text. Who treated, under a name made for this export.",
    "products": "text. Products used, joined by '; '.",
    "source": "text. patient, clinician, device or photo: who or what gave the value.",
    "measure": "text. Scale of the clinic's bank (OM-…), or measure of the photo library.",
    "region": "text. Area of skin; empty for the treated area as a whole.",
    "week": "whole number. Planned or stated week after the treatment; 0 is before.",
    "day": "whole number. Days from the treatment to the value; negative or 0 is before.",
    "value": "number in `unit`; empty where it could not be measured.",
    "unit": "text. Unit of value, sem and sdc; empty for scores.",
    "sem": "number. Standard error of one capture; empty where nobody knows it.",
    "sdc": "number. Smallest change between two captures that is more than noise; empty where nobody knows it.",
    "method": "text. Version of scale, device or method. Values of different versions are not comparable.",
    "basis": "text. Where sem and sdc come from: published, retest:<id>, unknown; empty for scales and devices.",
    "calibration": "text. Colours of a photograph: card, grey or none; empty for scales and devices.",
    "is_measured": "true or false. False: a photograph in which this could not be measured.",
}


Head = tuple[str, str, str, str, str, str]
"""The first fields of a row, which all values of a visit share."""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything an export holds."""

    rows: tuple[Row, ...]
    people: int


def table(clinic_id: int) -> Table:
    """Return every value that counts, of signed visits, in a random order of people. Six queries.

    Photographs are left out of whoever does not agree, or no longer, to have them in their record.
    """
    key = secrets.token_bytes(32)
    signed = Encounter.objects.filter(clinic_id=clinic_id, signed_at__isnull=False)
    visits = {row.pk: row for row in signed.order_by("pk")}
    products = products_of(clinic_id, list(visits.values()))

    def name(kind: str, number: int) -> str:
        return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()[:16]

    def about(visit: Encounter) -> Head:
        return (
            name("person", visit.patient_id),
            name("visit", visit.pk),
            visit.option,
            visit.protocol_version,
            name("provider", visit.provider_id),
            "; ".join(sorted(products[visit.pk])),
        )

    heads = {number: about(visit) for number, visit in visits.items()}
    agreeing = photographed(clinic_id, visits.values())
    with_photos = {number: visit for number, visit in visits.items() if visit.patient_id in agreeing}
    rows = [*_scales(clinic_id, visits, heads), *_photos(clinic_id, with_photos, heads)]
    rows.sort(key=lambda row: (row.person, row.visit, row.source, row.measure, row.region, row.week, row.day))
    return Table(tuple(rows), len({row.person for row in rows}))


def _scales(clinic_id: int, visits: dict[int, Encounter], heads: dict[int, Head]) -> Iterator[Row]:
    rows = Measurement.objects.filter(clinic_id=clinic_id, encounter__in=visits.keys(), corrected_by=None)
    for row in rows.iterator(chunk_size=5000):
        day = (row.taken_at - visits[row.encounter_id].started_at).days
        yield Row(
            *heads[row.encounter_id], row.scored_by, f"{row.measure}.{row.part}".rstrip("."), row.region, row.week, day,
            float(row.value), row.unit, None, None, row.method, "", "", True,
        )  # fmt: skip


def _photos(clinic_id: int, visits: dict[int, Encounter], heads: dict[int, Head]) -> Iterator[Row]:
    rows = PhotoMeasure.objects.filter(clinic_id=clinic_id, photo__encounter__in=visits.keys()).select_related("photo")
    for row in rows.iterator(chunk_size=5000):
        visit = row.photo.encounter_id or 0
        day = (row.photo.taken_at - visits[visit].started_at).days
        yield Row(
            *heads[visit], "photo", row.measure, row.region, row.photo.week or 0, day,
            row.value, row.unit, row.sem, row.sdc, row.method, row.basis, row.calibration, row.value is not None,
        )  # fmt: skip


# --- the files ----------------------------------------------------------------------------------------


def as_csv(found: Table) -> bytes:
    """Return the rows as CSV in UTF-8. Text that a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([one.name for one in fields(Row)])
    for row in found.rows:
        writer.writerow([_plain(value) for value in astuple(row)])
    return out.getvalue().encode()


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_parquet(found: Table) -> bytes:
    """Return the rows as Parquet, the dictionary's lines as the fields' descriptions."""
    import pyarrow as pa  # loaded only for whoever takes results out
    import pyarrow.parquet as pq

    kinds = {"week": pa.int32(), "day": pa.int32(), "is_measured": pa.bool_()}
    kinds |= dict.fromkeys(("value", "sem", "sdc"), pa.float64())
    names = [one.name for one in fields(Row)]
    schema = pa.schema(
        [pa.field(name, kinds.get(name, pa.string()), metadata={"description": DICTIONARY[name]}) for name in names]
    )
    columns = {name: [getattr(row, name) for row in found.rows] for name in names}
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pydict(columns, schema=schema), out, compression="zstd")
    return out.getvalue()


def dictionary() -> bytes:
    """Return what each column means, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["column", "meaning"])
    writer.writerows(DICTIONARY.items())
    return out.getvalue().encode()


README = """Results without identity.

results.csv and results.parquet hold the same rows, one a value; dictionary.csv says what each column means.
Names of people, visits and providers were drawn for this export. A person known to have been treated may still be
recognised by somebody who knows what was measured: treat the files as health data.
Values of different methods or devices are not comparable. Photographs within the protocol's swelling window are
included; leave them out before judging an effect.
"""


def files(found: Table) -> dict[str, bytes]:
    """Return every file of an export by its name."""
    return {
        "results.csv": as_csv(found),
        "results.parquet": as_parquet(found),
        "dictionary.csv": dictionary(),
        "README.txt": README.encode(),
    }


def as_zip(found: Table) -> bytes:
    """Return all files in one archive, stamped with no time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files(found).items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
