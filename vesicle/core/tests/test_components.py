"""The shared components say what they are given, to eyes and to screen readers."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler


def render(source, **context):
    """Render a piece of template as a page would, components included."""
    template = Template(CottonCompiler().process(source))
    text = template.render(RequestContext(RequestFactory().get("/?q=lot&page=2"), context))
    return re.sub(r"\s+", " ", text).strip()


class Form(forms.Form):
    name = forms.CharField(label="Your name", help_text="As on your passport.")
    sun = forms.ChoiceField(label="Strong sun?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    read = forms.BooleanField(label="I have read it.")


class TestField:
    def test_joins_label_help_and_error_to_the_control(self):
        text = render('<c-field :field="form.name" />', form=Form({"name": ""}))
        control = re.search(r"<input[^>]*>", text).group(0)
        described = re.search(r'aria-describedby="([^"]+)"', control).group(1).split()
        assert 'aria-invalid="true"' in control
        assert described
        assert all(f'id="{name}"' in text for name in described)
        assert '<label for="id_name">Your name' in text

    def test_keeps_what_was_typed(self):
        assert 'value="Pia"' in render('<c-field :field="form.name" />', form=Form({"name": "Pia"}))

    def test_turns_radio_buttons_into_large_rows_with_a_legend(self):
        text = render('<c-field :field="form.sun" />', form=Form())
        assert "<legend>Strong sun?" in text
        assert text.count('<label class="choice">') == 2

    def test_writes_a_single_box_before_its_words(self):
        assert re.search(
            r'<label class="check"><input[^>]*type="checkbox"[^>]*><span>I have read it.',
            render('<c-field :field="form.read" />', form=Form()),
        )

    def test_works_without_a_form_and_escapes_what_it_is_given(self):
        text = render('<c-field label="Depth" name="depth" unit="mm" :value="value" error="Too deep" />', value='"><b>')
        assert 'for="id_depth"' in text
        assert "&quot;&gt;&lt;b&gt;" in text
        assert 'id="id_depth_error"' in text
        assert "<span>mm</span>" in text


class TestGrade:
    @pytest.mark.parametrize(
        ("level", "dots", "words"),
        [
            ("high", 4, "High certainty"),
            ("Moderate", 3, "Moderate certainty"),
            ("low", 2, "Low certainty"),
            ("very_low", 1, "Very low certainty"),
            ("Very low", 1, "Very low certainty"),
            ("none", 0, "No evidence found"),
        ],
    )
    def test_shows_as_many_dots_as_the_word_says(self, level, dots, words):
        text = render('<c-grade level="{{ level }}" />', level=level)
        assert text.count('class="on"') == dots
        assert words in text
        assert 'href="#evidence"' in text


class TestSmallOnes:
    def test_a_button_is_a_link_when_it_leads_somewhere(self):
        assert render('<c-button href="/book/" kind="primary">Book</c-button>').startswith('<a class="btn primary')
        assert 'type="submit"' in render('<c-button name="go" hx-post="/x">Go</c-button>')
        assert 'hx-post="/x"' in render('<c-button name="go" hx-post="/x">Go</c-button>')

    def test_an_icon_is_silent_unless_it_has_a_label(self):
        assert 'aria-hidden="true"' in render('<c-icon name="check" />')
        assert 'role="img" aria-label="Done"' in render('<c-icon name="check" label="Done" />')

    def test_a_row_of_a_checklist_says_its_state_in_words(self):
        assert 'aria-label="Blocked"' in render('<c-todo-row state="blocked" note="due now">Review</c-todo-row>')

    def test_errors_are_listed_and_linked_to_their_fields(self):
        text = render('<c-errors :form="form" />', form=Form({}))
        assert "these 3 things" in text
        assert 'href="#id_name"' in text
        assert 'role="alert"' in text

    def test_no_errors_say_nothing(self):
        assert render('<c-errors :form="form" />', form=Form()) == ""

    def test_pages_keep_the_rest_of_the_question(self):
        text = render('<c-pagination :page="page" />', page=Paginator(range(50), 10).page(2))
        assert "q=lot&amp;page=3" in text
        assert "11–20 of 50" in text

    def test_a_figure_shows_the_narrow_and_the_wide_drawing(self):
        text = render(
            '<c-figure number="2" caption="By day"><c-slot name="narrow">N</c-slot>'
            '<c-slot name="wide">W</c-slot></c-figure>'
        )
        assert '<div class="only-narrow">N</div><div class="only-wide">W</div>' in text
        assert "Fig. 2" in text

    @pytest.mark.parametrize(
        ("name", "letters"), [("Iris Okafor", "IO"), ("Dr. Ana de la Cruz", "AC"), ("Pia", "P"), ("", "")]
    )
    def test_initials(self, name, letters):
        assert f">{letters}</span>" in render('<c-avatar name="{{ name }}" />', name=name)

    def test_a_signature_can_always_be_typed(self):
        text = render('<c-signature value="Pia Lund" error="Please sign." />')
        assert 'name="signature_typed"' in text
        assert 'value="Pia Lund"' in text
        assert 'id="id_signature_typed_error"' in text
