"""``vesicle protocols``: the treatments, and the tools for those who write them."""

import json
import re
from pathlib import Path
from textwrap import shorten
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from vesicle.core.catalogs import Unreadable
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.protocols import fhir, library_files, published, services, translating
from vesicle.protocols.bank import load_bank
from vesicle.protocols.differences import changes, identity_changes
from vesicle.protocols.problems import FileRefused
from vesicle.protocols.schema import Option, Protocol

_SHOWN = 5
"""How many missing texts of a catalog are shown to people; programs get all."""


class Command(VesicleCommand):
    """List, show, check and compare protocols; release a new version; install the released ones."""

    help = "The treatments: list, show, check, diff, export, release, schema, install, translations."
    group: ClassVar[str] = "Protocols"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        what.add_parser("list", help="every treatment and its options")
        show = what.add_parser("show", help="one treatment or option, in full")
        show.add_argument("id", help="a treatment (prp) or an option (prp/injection)")
        check = what.add_parser("check", help="a file: all that is wrong with it, with lines")
        check.add_argument("file", type=Path)
        diff = what.add_parser("diff", help="what changed between two files or versions (prp@1.0.0)")
        diff.add_argument("before")
        diff.add_argument("after")
        exported = what.add_parser("export", help="a treatment or option to a file: as it stands, or as FHIR R4")
        exported.add_argument("id", help="a treatment (prp) or an option (prp/injection); @1.0.0 names a version")
        exported.add_argument("--format", default="yaml", help="yaml (the file as it stands, the default) or fhir")
        release = what.add_parser("release", help="add a new version's checksum; it never changes afterwards")
        release.add_argument("file", type=Path)
        what.add_parser("schema", help="write the file format to docs/reference, from the code")
        told = what.add_parser("translations", help="what each language says, lacks, and has too much or wrong")
        told.add_argument("language", nargs="?", help="one language (es); without it, every one that is begun")
        told.add_argument("--treatment", help="one treatment (prp), or 'bank' for what all of them share")
        told.add_argument("--write", action="store_true", help="add what is missing, empty; take out what is stale")
        what.add_parser("install", help="put the released versions into the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one subcommand. Refused files end with exit code 2 and every problem, none of them applied."""
        try:
            getattr(self, f"_{options['what']}")(options)
        except FileRefused as refused:
            if self.as_json:
                self.stdout.write(json.dumps({"problems": [p.as_dict() for p in refused.problems]}, indent=2))
            count = len(refused.problems)
            heading = f"Refused: {count} thing{'s' if count > 1 else ''} to mend.\n"
            raise CommandError(heading + "\n".join(f"  {problem}" for problem in refused.problems)) from refused

    def _list(self, _: dict[str, Any]) -> None:
        library = library_files.load_library()
        treatments: list[dict[str, Any]] = [
            {
                "id": protocol.id,
                "title": protocol.title,
                "version": protocol.version,
                "versions": sorted(library.protocols[treatment], key=library_files.version_key),
                "options": [
                    {"id": option.id, "name": option.name, "summary": option.sections.summary}
                    for option in library.options_by_version[protocol.id, protocol.version]
                ],
            }
            for treatment in library.treatments()
            for protocol in (library.latest(treatment),)
        ]
        self.emit({"treatments": treatments}, human=lambda: "\n".join(_table(treatments)))

    def _show(self, options: dict[str, Any]) -> None:
        protocol, found = _named(options["id"])
        if "/" not in options["id"]:
            self.emit(
                protocol.model_dump(mode="json", by_alias=True, exclude_none=True),
                human=lambda: "\n\n".join([_heading(protocol), *(_summary(option) for option in found)]),
            )
            return
        self.emit(found[0].model_dump(mode="json", by_alias=True), human=lambda: _summary(found[0]))

    def _check(self, options: dict[str, Any]) -> None:
        file = _existing(options["file"])
        protocol, found = library_files.check_file(file)
        released = library_files.released_checksums().get((protocol.id, protocol.version))
        is_same = released == library_files.checksum(file)
        data = {
            "treatment": protocol.id,
            "version": protocol.version,
            "released": is_same,
            "options": [option.id for option in found],
            "problems": [],
        }
        state = "released, unaltered" if is_same else "not released yet"
        if released is not None and not is_same:
            state = f"not the {protocol.version} that is released; give it a new version before you release it"
        self.emit(
            data, human=lambda: f"{protocol.title} {protocol.version} is in order ({state}): {len(found)} options."
        )

    def _diff(self, options: dict[str, Any]) -> None:
        (old, before), (new, after) = _version_at(options["before"]), _version_at(options["after"])
        found = [*identity_changes(old, new), *changes(before, after)]
        self.emit(
            {"changes": found},
            human=lambda: "\n".join(f"{change.option}: {change.text}" for change in found) or "They say the same.",
        )

    def _export(self, options: dict[str, Any]) -> None:
        wanted = options["format"]
        if wanted not in ("yaml", "fhir"):
            raise Invalid(f"There is no format '{wanted}'. There are: yaml, fhir.")
        name, _, version = options["id"].partition("@")
        protocol, found = _named(name, version)
        if wanted == "fhir":
            is_released = (protocol.id, protocol.version) in library_files.released_checksums()
            bundle = fhir.export(load_bank(), protocol, found, name, is_released=is_released)
            self.stdout.write(json.dumps(bundle, ensure_ascii=False, indent=2))
            return
        text = (library_files.LIBRARY / protocol.id / f"{protocol.version}.yaml").read_text("utf-8")
        data = {"treatment": protocol.id, "version": protocol.version, "text": text}
        # No newline of ours at the end: what is redirected to a file is the file.
        self.emit(data, human=lambda: self.stdout.write(text, ending=""))

    def _release(self, options: dict[str, Any]) -> None:
        protocol, sha = library_files.release(_existing(options["file"]))
        data = {"treatment": protocol.id, "version": protocol.version, "checksum": sha}
        self.emit(
            data, human=lambda: f"{protocol.title} {protocol.version} is released. Its text is final ({sha[:12]}…)."
        )

    def _schema(self, _: dict[str, Any]) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        pages = {"protocol.schema.json": published.schema_text(), "protocol.md": published.page_text()}
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, "utf-8")
        self.emit({"written": list(pages)}, human=lambda: f"Written: {', '.join(pages)}.")

    def _translations(self, options: dict[str, Any]) -> None:
        chosen = _languages(options["language"])
        names = translating.names()
        if (one := options["treatment"]) is not None and one not in names:
            raise Invalid(f"There is no catalog '{one}'. There are: {', '.join(names)}.")
        wanted = [(language, name) for language in chosen for name in ((one,) if one else names)]
        try:
            written = [translating.write(*each) for each in wanted] if options["write"] else []
            found = [translating.stock(*each) for each in wanted]
        except Unreadable as unreadable:
            raise Invalid(str(unreadable)) from unreadable
        data = {"translations": [_stock_data(each) for each in found]}
        heading = f"Written: {sum(a for a, _ in written)} entries added, {sum(d for _, d in written)} taken out.\n"
        self.emit(data, human=lambda: (heading if options["write"] else "") + "\n".join(_stock_lines(found)))

    def _install(self, _: dict[str, Any]) -> None:
        from vesicle.core import postgres

        postgres.ensure_running()
        new = services.install_library()
        data = {"installed": [{"treatment": row.treatment, "version": row.version} for row in new]}
        self.emit(data, human=lambda: f"{len(new)} new protocol releases installed.")


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise Invalid(f"There is no file {path}.")
    return path


def _named(name: str, version: str = "") -> tuple[Protocol, tuple[Option, ...]]:
    """Return a treatment with all its options, or the one that ``name`` asks for; without a version, the newest."""
    library = library_files.load_library()
    treatment, slash, modality = name.partition("/")
    if treatment not in library.protocols:
        raise Invalid(f"There is no treatment '{treatment}'. There are: {', '.join(library.protocols)}.")
    versions = library.protocols[treatment]
    if version and version not in versions:
        raise Invalid(f"There is no version '{version}' of {treatment}. There are: {', '.join(versions)}.")
    protocol = versions[version] if version else library.latest(treatment)
    options = library.options_by_version[protocol.id, protocol.version]
    found = tuple(option for option in options if option.modality == modality) if slash else options
    if not found:
        known = ", ".join(option.modality for option in options)
        raise Invalid(f"{protocol.title} has no modality '{modality}'. It has: {known}.")
    return protocol, found


def _version_at(reference: str) -> tuple[Protocol, tuple[Option, ...]]:
    """Return a file, or a version of the library written ``treatment@version``, with its options."""
    if "@" not in reference or Path(reference).is_file():
        return library_files.check_file(_existing(Path(reference)))
    treatment, _, version = reference.partition("@")
    library = library_files.load_library()
    try:
        return library.protocol(treatment, version), library.options_by_version[treatment, version]
    except KeyError:
        known = ", ".join(f"{t}@{v}" for t, v in library.options_by_version)
        raise Invalid(f"There is no protocol {reference}. There are: {known}.") from None


def _languages(named: str | None) -> tuple[str, ...]:
    if named is None:
        return translating.languages()
    if re.fullmatch(r"[a-z]{2}", named) is None or named == translating.ENGLISH:
        raise Invalid(f"'{named}' is not a language to translate to. Give its two letters, such as es or ko.")
    return (named,)


def _stock_data(found: translating.Stock) -> dict[str, Any]:
    return {
        "language": found.language,
        "name": found.name,
        "texts": len(found.needed),
        "translated": len(found.needed) - len(found.missing),
        "missing": [{"text": one.text, "places": list(one.places)} for one in found.missing],
        "stale": list(found.stale),
        "wrong": [{"text": one.text, "translation": one.translation, "why": one.why} for one in found.faults],
    }


def _stock_lines(found: list[translating.Stock]) -> list[str]:
    lines = []
    for one in found:
        said = f"{len(one.needed) - len(one.missing)} of {len(one.needed)} texts"
        more = [f"{len(some)} {word}" for some, word in ((one.stale, "stale"), (one.faults, "wrong")) if some]
        lines.append(f"{one.language}  {one.name:<18} {', '.join([said, *more])}")
        lines += [f"      missing  {text.places[0]}: {shorten(text.text, 90)}" for text in one.missing[:_SHOWN]]
        if len(one.missing) > _SHOWN:
            lines.append(f"      and {len(one.missing) - _SHOWN} more that are missing; --json lists them all")
        lines += [f"      stale    {shorten(text, 100)}" for text in one.stale]
        lines += [f"      wrong    {shorten(fault.text, 90)}: {fault.why}" for fault in one.faults]
    return lines or ["No language is begun. Begin one with: vesicle protocols translations es --write"]


def _table(treatments: list[dict[str, Any]]) -> list[str]:
    width = max((len(option["id"]) for t in treatments for option in t["options"]), default=0)
    lines = []
    for treatment in treatments:
        lines.append(f"{treatment['title']} {treatment['version']}")
        lines += [f"  {option['id']:<{width}}  {option['name']}" for option in treatment["options"]]
    return lines


def _heading(protocol: Protocol) -> str:
    return f"{protocol.title} {protocol.version}, released {protocol.released}\n{protocol.tagline}"


def _summary(option: Option) -> str:
    sections = option.sections
    areas = ", ".join(f"{area.area} {area.minutes} min" for area in sections.areas)
    effects = [f"  {entry.rule.effect:<8} {entry.rule.clinician}" for entry in option.rules]
    return "\n".join(
        [
            f"{option.id}: {option.name}",
            f"  {sections.summary}",
            f"  Hands-on: {areas}",
            f"  Downtime: {sections.downtime.text}",
            f"  Results:  {sections.results.text} (certainty: {sections.results.grade})",
            f"  Price:    {sections.price.text}",
            f"  {len(option.rules)} rules:",
            *effects,
        ]
    )
