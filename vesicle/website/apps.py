"""The website room."""

from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    """Public pages."""

    name = "vesicle.website"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Judge the clinic's own words: beside the editor, before submission and signatures, and day by day after."""
        from vesicle.clinic.hooks import may_not_say
        from vesicle.core import periodic
        from vesicle.protocols import hooks
        from vesicle.website import gate, telling
        from vesicle.website.profiles.queries import portrait_may_be_public

        hooks.before_submission.append(gate.faults)
        hooks.before_signing.append(gate.faults)
        hooks.after_approval += [gate.keep, telling.tell_of_moment]
        hooks.beside_words.append(gate.beside)
        hooks.on_edition.append(gate.on_edition)
        hooks.on_overview.append(gate.on_overview)
        hooks.on_pictures.append(portrait_may_be_public)
        may_not_say.append(gate.refusal_of)
        periodic.JOBS += [gate.LOOK_AHEAD, gate.TELL_FALLEN, gate.LOOK_AGAIN]
