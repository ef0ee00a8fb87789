"""Forms of the stock pages. They read and show; the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from vesicle.clinic import domain, law, scanning
from vesicle.clinic.models import Location, Product
from vesicle.clinic.presenters import route_words
from vesicle.people.models import Staff

_FAMILIES = {
    "vesicles": "Exosomes, or sold as such",
    "own-blood": "The patient's own blood",
    "serum": "Serums",
    "peel": "Peels",
    "anesthetic": "Numbing",
    "skin-care": "Skin care",
    "consumable": "Consumables",
}


def _categories() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in law.rulebook().categories():
        groups.setdefault(_FAMILIES.get(category.family, category.family), []).append((category.id, category.name))
    return list(groups.items())


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ProductForm(forms.Form):
    """Everything that is registered about a product. ``label_status`` becomes its status in the clinic's country."""

    name = forms.CharField(label="Product", max_length=120, help_text="As it stands on the label.")
    maker = forms.CharField(label="Maker", max_length=120)
    category = forms.ChoiceField(label="Where it comes from", help_text="By source, not by what the label promises.")
    source = forms.CharField(label="Source, in the maker's words", max_length=300)
    routes = forms.MultipleChoiceField(
        label="How the label allows it to be used",
        widget=forms.CheckboxSelectMultiple,
        choices=[(route, route_words(route)) for route in domain.ROUTE_WORDS],
    )
    storage = forms.CharField(label="Storage", max_length=300, help_text="From the label, with temperatures.")
    unit = forms.CharField(label="Counted in", max_length=20, help_text="For example mL, g, vial.")
    gtin = forms.CharField(
        label="Product number (GTIN)",
        max_length=14,
        required=False,
        help_text="The digits of the barcode, if it has one.",
    )
    ingredients = forms.CharField(label="Ingredients", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    label_status = forms.CharField(
        label="What the maker's papers say about its legal status here",
        required=False,
        max_length=300,
        help_text="For example: sold as a cosmetic, listing number. The law itself is shown from our list.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = forms.ChoiceField(
            label=self.fields["category"].label,
            help_text=self.fields["category"].help_text,
            choices=[("", "Choose"), *_categories()],
        )


class LotForm(forms.Form):
    """A lot that has arrived."""

    product = forms.ChoiceField(label="Product")
    location = forms.ChoiceField(label="Received at")
    scan = forms.CharField(
        label="Scan of the label",
        required=False,
        max_length=200,
        help_text="Put the cursor here and scan. It is kept with the lot.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label="Lot code", max_length=40, required=False, help_text="Leave empty when you scanned it."
    )
    expires_on = forms.DateField(label="Expires on", required=False, widget=_date())
    quantity = forms.DecimalField(label="Quantity", max_digits=9, decimal_places=2)
    certificate = forms.CharField(
        label="Certificate of analysis",
        required=False,
        max_length=200,
        help_text="Its number. Exosome products are not received without one.",
    )
    checked_by = forms.ChoiceField(
        label="Compared with the label by",
        required=False,
        help_text="A second person, for a typed code of a human-source product.",
    )

    def __init__(
        self,
        *args: Any,
        products: Sequence[Product],
        locations: Sequence[Location],
        colleagues: Sequence[Staff],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("product", [("", "Choose"), *((str(row.pk), f"{row.name} ({row.maker})") for row in products)])
        self._choose("location", [(str(row.pk), row.name) for row in locations])
        self._choose("checked_by", [("", "Nobody yet"), *((str(row.pk), row.name) for row in colleagues)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        self.fields[name] = forms.ChoiceField(
            label=field.label, help_text=field.help_text, required=field.required, choices=choices
        )

    def clean(self) -> dict[str, Any]:
        """Fill lot and expiry from the scan where they were left empty."""
        cleaned: dict[str, Any] = self.cleaned_data
        if scan := cleaned.get("scan"):
            read = scanning.read(scan)
            cleaned["code"] = cleaned.get("code") or read.lot
            cleaned["expires_on"] = cleaned.get("expires_on") or read.expires_on
        if not cleaned.get("expires_on") and "expires_on" not in self.errors:
            self.add_error("expires_on", "Enter the expiry date as it stands on the label.")
        return cleaned


class ScanForm(forms.Form):
    """A scanned or typed code, or a photograph of a label."""

    code = forms.CharField(
        label="Scan or type a lot",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}),
    )
    picture = forms.FileField(
        label="Or a photograph of the label",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class RecallForm(forms.Form):
    """A lot to withdraw."""

    product = forms.ChoiceField(label="Product")
    code = forms.CharField(label="Lot code", max_length=40, required=False)
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is wrong with it, and who says so. Colleagues will see it wherever the lot is scanned.",
    )

    def __init__(self, *args: Any, products: Sequence[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"] = forms.ChoiceField(
            label="Product", choices=[("", "Choose"), *((str(row.pk), f"{row.name} ({row.maker})") for row in products)]
        )


class DecisionForm(forms.Form):
    """The director's decision on a category that the law leaves open."""

    is_allowed = forms.ChoiceField(
        label="Decision",
        choices=[("yes", "The clinic may use it"), ("no", "The clinic does not use it")],
        widget=forms.RadioSelect,
    )
    document = forms.CharField(
        label="What it rests on",
        max_length=300,
        required=False,
        help_text="Who advised, on which date, in which document.",
    )
