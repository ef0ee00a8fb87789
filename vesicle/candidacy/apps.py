"""The candidacy room."""

from django.apps import AppConfig


class CandidacyConfig(AppConfig):
    """Questionnaire, verdicts, provider review."""

    name = "vesicle.candidacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's card on the patient's home page; let its benchmarks be run."""
        from vesicle.candidacy.benchmarks.questionnaire import QUESTIONNAIRE
        from vesicle.candidacy.benchmarks.screen import SCREEN
        from vesicle.candidacy.cards import cards
        from vesicle.core.benchmarks import BENCHMARKS
        from vesicle.people import patient_home

        if cards not in patient_home.cards:
            patient_home.cards.append(cards)
        BENCHMARKS.extend(one for one in (SCREEN, QUESTIONNAIRE) if one not in BENCHMARKS)
