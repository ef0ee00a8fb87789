"""The form of the clinic's rules for messages."""

from typing import Any

from django import forms

from vesicle.scheduling.domain.reminders import in_words, read_times


class TimesField(forms.CharField):
    """Times before a visit, typed as people say them; cleaned to minutes."""

    def clean(self, value: Any) -> list[int]:
        """Return the minutes, the longest first."""
        try:
            return read_times(super().clean(value))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class MessageRulesForm(forms.Form):
    """When reminders go out, and how answers are taken."""

    email_before = TimesField(
        label="Remind by e-mail before a visit",
        required=False,
        help_text="Such as 7 days, 48 hours. Leave it empty for none.",
    )
    sms_before = TimesField(
        label="Remind by text message before a visit",
        required=False,
        help_text="Such as 3 hours. Who does not allow text messages gets an e-mail instead.",
    )
    english_below = forms.BooleanField(label="Letters in Spanish carry the English words below", required=False)
    cancel_by_reply = forms.BooleanField(
        label="The answer CANCEL cancels at once (otherwise we answer with the private link)", required=False
    )

    @staticmethod
    def shown(rules: Any) -> dict[str, Any]:
        """Return the rules as the form shows them."""
        return {
            "email_before": in_words(rules.email_before),
            "sms_before": in_words(rules.sms_before),
            "english_below": rules.english_below,
            "cancel_by_reply": rules.cancel_by_reply,
        }
