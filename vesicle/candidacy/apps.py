"""The candidacy room."""

from django.apps import AppConfig


class CandidacyConfig(AppConfig):
    """Questionnaire, verdicts, provider review."""

    name = "vesicle.candidacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's card on the patient's home page, judge people again after an approval, offer benchmarks."""
        from vesicle.candidacy.benchmarks import QUESTIONNAIRE, SCREEN
        from vesicle.candidacy.cards import cards
        from vesicle.candidacy.services import rescreen
        from vesicle.core.benchmarks import BENCHMARKS
        from vesicle.people import patient_home
        from vesicle.protocols.hooks import after_approval

        if cards not in patient_home.cards:
            patient_home.cards.append(cards)
        if rescreen not in after_approval:
            after_approval.append(rescreen)
        BENCHMARKS.extend(one for one in (SCREEN, QUESTIONNAIRE) if one not in BENCHMARKS)
