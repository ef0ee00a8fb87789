"""What may be used where, and who may do what: product categories, jurisdictions, licenses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from vesicle.core.words import said
from vesicle.protocols.bank.entry import Entry, Label, PatientLabel, PatientSentence, Sentence, SourcedEntry
from vesicle.protocols.schema.common import Slug
from vesicle.protocols.schema.sections import Route

Status = Literal["allowed", "cosmetic-only", "medical-act", "unclear", "study-only", "no"]
"""How a jurisdiction treats a category.

`cosmetic-only`: as a cosmetic, spoken of for appearance only. `medical-act`: in the hands of a clinician.
`unclear`: the clinic's counsel has to decide. `study-only`: within an approved study.
"""

Permission = Literal["usable", "needs-decision", "not-usable"]
Ability = Literal["yes", "with-order", "by-state", "intake-only", "usually-no", "no"]
INJECTED: frozenset[str] = frozenset({"intradermal-injection"})
"""Routes that put the product itself through a needle; every other route leaves it on the surface."""


class ProductCategory(SourcedEntry):
    """A kind of product, by where it comes from.

    `origin` is what a patient accepts or declines. `allergens` are values of the follow-up SCR-ALL-PROD.SOURCES
    that rule the category out. `locked` categories need a rule in the clinic's jurisdiction to be used at all.
    """

    id: Slug
    name: PatientLabel
    what: PatientSentence
    family: Literal["vesicles", "own-blood", "serum", "peel", "anesthetic", "skin-care", "consumable"]
    origin: Literal["human-donor", "own-body", "animal", "plant", "bacterial", "synthetic", "none"]
    typical_label: Label
    routes: tuple[Route, ...] = Field(min_length=1)
    locked: StrictBool
    risks: PatientSentence
    disclosure: PatientSentence | None = None
    allergens: tuple[str, ...] = ()
    storage: Sentence

    @model_validator(mode="after")
    def _vesicles_stay_on_the_surface(self) -> Self:
        if self.family == "vesicles" and INJECTED & set(self.routes):
            raise ValueError("vesicles are never injected; take intradermal-injection out of 'routes'")
        if self.family == "vesicles" and not self.locked:
            raise ValueError("'locked' must be true for vesicles")
        return self


class CategoryRule(SourcedEntry):
    """Where some categories stand in one jurisdiction, on the skin and through a needle."""

    categories: tuple[str, ...] = Field(min_length=1)
    topical: Status
    inject: Status
    note: PatientSentence


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to "may this be used here, this way?", with what it rests on; its note in the words of the bank."""

    permission: Permission
    status: Status
    note: str
    refs: tuple[str, ...] = ()


class AdvertisingRule(SourcedEntry):
    """What advertising has to say, or may not say, in one jurisdiction.

    `when` says which pages it is about. `patterns` are those of the claims check that look for it
    (`website/claims/data`). `checked` is the day on which somebody read the source, or `not-verified`.
    """

    id: Slug
    kind: Literal["required-statement", "forbidden-words", "forbidden-audience", "evidence"]
    when: Literal["always", "exosomes-named", "cosmetics", "prescription-medicines", "testimonials"]
    says: Sentence
    patterns: tuple[Slug, ...] = ()
    checked: date | Literal["not-verified"]


class Jurisdiction(SourcedEntry):
    """A country's position as found on `checked`; `statement` is printed on public pages as it is.

    `codes` are other country codes it answers to: the United Kingdom's `GB`, the member states of the European Union.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    name: PatientLabel
    regulator: PatientLabel
    statement: PatientSentence
    prp_statement: PatientSentence
    checked: date
    codes: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...] = ()
    rules: tuple[CategoryRule, ...]
    advertising: tuple[AdvertisingRule, ...] = ()

    def standing(self, category: ProductCategory, route: str) -> Standing:
        """Return whether a category may be used by a route here.

        `needs-decision` blocks like `not-usable` until the clinic has recorded its counsel's decision; it is the
        answer wherever the law is unclear, unverified or silent. Categories that are not locked follow their label.
        """
        if route not in category.routes:
            note = said("{name} is never used by this route.", name=category.name)
            return Standing(permission="not-usable", status="no", note=note)
        if not category.locked:
            note = said("{name} is used as its label says.", name=category.name)
            return Standing(permission="usable", status="allowed", note=note)
        rule = next((rule for rule in self.rules if category.id in rule.categories), None)
        if rule is None:
            note = said("{country} has no rule for {name} in our list.", country=self.name, name=category.name)
            return Standing(permission="needs-decision", status="unclear", note=note)
        status = rule.inject if route in INJECTED else rule.topical
        return Standing(permission=_permission(status, rule), status=status, note=rule.note, refs=rule.refs)


def _permission(status: Status, rule: CategoryRule) -> Permission:
    if status in ("no", "study-only"):
        return "not-usable"
    return "needs-decision" if status == "unclear" or rule.basis == "to-confirm" else "usable"


class Abilities(Entry):
    """What a license lets its holder do. The names are the acts a protocol's qualifications speak of."""

    screening: Ability
    exam_and_orders: Ability
    needling: Ability
    injection_and_blood_draw: Ability
    ablative_laser: Ability
    non_ablative_laser: Ability
    medium_peel: Ability
    superficial_peel: Ability
    exosome_application: Ability


class Licence(SourcedEntry):
    """A professional license and its drafting defaults; state law and the medical director set the real ones.

    `needle_depth_cap_mm` is 0 until the clinic has set one: no needling.
    """

    id: Slug
    name: PatientLabel
    short: PatientLabel
    includes: tuple[Label, ...] = ()
    may: Abilities
    needle_depth_cap_mm: float = Field(ge=0, le=2.5)
    note: Sentence
