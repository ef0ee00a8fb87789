"""What can be measured about the look: contrast, weight, icons, and nothing that the content policy forbids."""

import re
from pathlib import Path

import pytest

from vesicle import core

HERE = Path(core.__file__).parent
CSS = HERE / "static" / "vesicle" / "css"
SURFACES = {
    "public": ("core.css", "public.css"),
    "patient": ("core.css", "forms.css", "patient.css"),
    "patient, choosing a time": ("core.css", "forms.css", "patient.css", "times.css"),
    "staff": ("core.css", "forms.css", "staff.css"),
}
GROUNDS = ("paper", "paper-2", "paper-3", "card")
WORDS = ("ink", "ink-2", "ink-3", "accent", "accent-2", "clay", "gold", "rose", "blue")
TINTS = ("sage-soft", "clay-soft", "gold-soft", "rose-soft", "blue-soft")
PAIRS = [
    *((word, ground, 4.5) for word in WORDS for ground in GROUNDS),
    *((word, tint, 4.5) for word in ("ink", "ink-2", "ink-3") for tint in TINTS),
    ("accent", "sage-soft", 4.5),
    *((word, f"{word}-soft", 4.5) for word in ("clay", "gold", "rose", "blue")),
    *((word, tint, 4.5) for word in ("on-accent",) for tint in ("accent", "accent-hover")),
    *((word, tint, 4.5) for word in ("on-danger",) for tint in ("rose", "danger-hover")),
    ("on-clay", "clay", 4.5),
    *(("art-ink", ground, 4.5) for ground in ("art-1", "art-2", "art-3")),
    *(("control", ground, 3.0) for ground in ("paper", "paper-2", "card")),
]
TOKENS = {
    name: pair
    for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (CSS / "core.css").read_text())
}


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("word", "ground", "least"), PAIRS)
def test_words_and_controls_stand_out_from_their_ground(word, ground, least, theme):
    assert contrast(TOKENS[word][theme], TOKENS[ground][theme]) >= least


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("surface", "files"), SURFACES.items())
def test_a_surface_loads_at_most_36_kilobytes_of_style(surface, files):
    assert sum((CSS / name).stat().st_size for name in files) <= 36 * 1024, surface


def test_style_sheets_use_only_tokens_that_exist():
    text = "".join(path.read_text() for path in CSS.glob("*.css"))
    # "tone" and "soft" are set by the components that use them
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= set(re.findall(r"--([\w-]+):", text))


def test_templates_hold_no_inline_style_or_script():
    for path in (HERE / "templates").rglob("*.html"):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"\bstyle=|<style|\son\w+=|<script(?![^>]*\bsrc=)", text), path.name


def test_every_icon_that_the_components_name_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (HERE / "static" / "vesicle" / "img" / "icons.svg").read_text()))
    named = set()
    for path in (HERE / "templates").rglob("*.html"):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
        named |= set(re.findall(r'<c-icon name="([\w-]+)"', text)) | set(
            re.findall(r'\bicon(?:_end)?="([\w-]+)"', text)
        )
    assert named
    assert named <= drawn


def test_every_component_says_what_it_takes():
    for path in (HERE / "templates" / "cotton").glob("*.html"):
        assert "{% comment %}" in path.read_text(), path.name


def test_fonts_come_with_their_licence():
    fonts = HERE / "static" / "vesicle" / "fonts"
    assert {path.name for path in fonts.glob("*.woff2")} == {
        f"{name}{part}.woff2"
        for name in ("figtree", "newsreader-display", "newsreader-display-italic")
        for part in ("", "-more")
    }
    assert all(
        "SIL OPEN FONT LICENSE" in (fonts / f"{name}-OFL.txt").read_text().upper() for name in ("Figtree", "Newsreader")
    )
