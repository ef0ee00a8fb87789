"""The clinic's minutes and prices in place of the protocol's, and what an overlay may not name."""

import pytest
from pydantic import ValidationError

from vesicle.protocols.overlay import AreaTerms, ModalityTerms, Overlay, apply_overlay, misfits
from vesicle.protocols.tests.shipped import option

OPTION = option("prp/injection")
AREA = OPTION.sections.areas[0]


def overlay(**terms):
    return Overlay(modalities={"injection": ModalityTerms(**terms)})


class TestApply:
    def test_an_empty_overlay_changes_nothing(self):
        assert apply_overlay(OPTION, Overlay()) == OPTION

    def test_own_minutes_and_prices_replace_those_of_the_area_alone(self):
        own = apply_overlay(OPTION, overlay(areas={AREA.area: AreaTerms(minutes=55, price=990)}))
        assert (own.sections.areas[0].minutes, own.sections.areas[0].price_from) == (55, 990)
        assert own.sections.areas[1:] == OPTION.sections.areas[1:]

    def test_a_free_treatment_is_not_taken_for_no_price(self):
        own = apply_overlay(OPTION, overlay(price_from=0, areas={AREA.area: AreaTerms(price=0)}))
        assert own.sections.price.per_session.min == 0
        assert own.sections.areas[0].price_from == 0
        assert own.sections.areas[0].minutes == AREA.minutes

    def test_terms_of_another_modality_change_nothing(self):
        other = Overlay(modalities={"microneedling": ModalityTerms(price_from=1)})
        assert apply_overlay(OPTION, other) == OPTION

    def test_everything_else_stays_the_protocols(self):
        own = apply_overlay(OPTION, overlay(price_from=123))
        assert own.rules == OPTION.rules
        assert own.sections.model_copy(update={"price": OPTION.sections.price}) == OPTION.sections


class TestMisfits:
    def test_what_fits_is_fine(self):
        assert misfits(overlay(areas={AREA.area: AreaTerms(minutes=30)}), (OPTION,)) == {}

    def test_unknown_modalities_and_areas_are_named_by_field(self):
        wrong = Overlay(
            modalities={
                "drinking": ModalityTerms(),
                "injection": ModalityTerms(areas={"left-ear": AreaTerms(minutes=30)}),
            }
        )
        assert misfits(wrong, (OPTION,)) == {
            "modalities.drinking": "The protocol has no modality 'drinking'.",
            "modalities.injection.areas.left-ear": "The protocol does not offer the area 'left-ear'.",
        }

    def test_offering_nothing_is_refused(self):
        assert "Offer at least one modality" in misfits(overlay(offered=False), (OPTION,))["modalities"]

    @pytest.mark.parametrize("minutes", [0, 7, 481])
    def test_minutes_fit_the_calendar(self, minutes):
        with pytest.raises(ValidationError):
            AreaTerms(minutes=minutes)

    def test_unknown_fields_are_refused(self):
        with pytest.raises(ValidationError):
            Overlay.model_validate({"claims": ["It cures."]})
