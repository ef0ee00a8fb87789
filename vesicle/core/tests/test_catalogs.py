"""Words in other languages: every sentence marked for it has its Spanish, and catalogs compile as they read."""

import ast
import gettext
import re

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from vesicle.core import catalogs
from vesicle.core.languages import speaking, supported

ROOMS = catalogs.ROOMS
_PLACE = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")


_MAKES_WORDS = re.compile(r"\bgettext|\bcore\.words\b")


def marked_in_code():
    """Yield (file, context, words) of every call of gettext in our code, and every sentence made to be said later."""
    for path in sorted(ROOMS.glob("*/**/*.py")):
        if "/tests/" in str(path) or not _MAKES_WORDS.search(text := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if node.func.id in ("_", "lazy", "gettext", "gettext_lazy", "said", "sentence") and words:
                    yield path, "", words[0]
                elif node.func.id == "ngettext":
                    yield path, "", "\x00".join(words[:2])
                elif node.func.id in ("pgettext", "pgettext_lazy"):
                    yield path, words[0], words[1]


_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_MARKED = re.compile(rf"\b([pn]?gettext|_)\(\s*u?({_QUOTED}(?:\s*,\s*u?{_QUOTED})*)")


def marked_in_templates():
    """Yield the same of every template, read as Django itself prepares it for gettext."""
    for path in sorted(ROOMS.glob("*/templates/**/*.html")):
        text = path.read_text("utf-8")
        if "translate" not in text:
            continue
        for name, given in _MARKED.findall(templatize(text, origin=str(path))):
            words = ast.literal_eval(f"({given},)")
            if name == "pgettext":
                yield path, words[0], words[1]
            else:
                yield path, "", "\x00".join(words)


def test_every_sentence_has_its_spanish():
    known = catalogs.merged("es")
    found = [*marked_in_code(), *marked_in_templates()]
    assert len(found) > 60
    missing = {
        f"{path.relative_to(ROOMS)}: {words!r}"
        for path, context, words in found
        if (f"{context}\x04{words}" if context else words) not in known
    }
    assert missing == set()


def test_a_translation_fills_in_the_same_places():
    for original, words in catalogs.merged("es").items():
        if original:
            assert sorted(_PLACE.findall(original)) == sorted(_PLACE.findall(words)), original


def test_what_is_compiled_reads_as_it_was_written(tmp_path):
    written = catalogs.compile_all(tmp_path)
    assert [path.relative_to(tmp_path).parts for path in written] == [
        (code, "LC_MESSAGES", "django.mo") for code in ("es", "ko")
    ]
    with written[0].open("rb") as file:
        read = gettext.GNUTranslations(file)
    for key, words in catalogs.merged("es").items():
        context, _, original = key.rpartition("\x04")
        if "\x00" in original:
            assert "\x00".join(read.ngettext(*original.split("\x00"), count) for count in (1, 2)) == words
        elif original:
            assert (read.pgettext(context, original) if context else read.gettext(original)) == words
    assert catalogs.compile_all(tmp_path) == []


def test_plurals_contexts_and_doubtful_entries_are_read(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

# a note
msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s día"
msgstr[1] "%(n)s días"

msgctxt "act"
msgid "Cancel"
msgstr "Cancelar"

#, fuzzy
msgid "Not sure"
msgstr "¿?"

msgid "No"
msgstr ""
""",
        encoding="utf-8",
    )
    compiled = tmp_path / "django.mo"
    compiled.write_bytes(catalogs.as_mo(catalogs.read_po(path)))
    with compiled.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert [read.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["%(n)s día", "%(n)s días"]
    assert read.pgettext("act", "Cancel") == "Cancelar"
    assert [read.gettext(words) for words in ("Not sure", "No", "Cancel")] == ["Not sure", "No", "Cancel"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('msgid "a"\nmsgid "b"\n', ":2: 'msgid' is not expected"),
        ("msgid a\n", ":1: expected words in double"),
        ('msgstr "a"\n', "no msgid"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "there twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, says):
    path = tmp_path / "django.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(catalogs.Unreadable, match=re.escape(says)):
        catalogs.read_po(path)


def test_a_language_we_do_not_have_is_english():
    assert [supported(code) for code in ("es-MX", "ES", "zh", "other", "")] == ["es", "es", "en", "en", "en"]
    with speaking("es"):
        assert translation.gettext("Where you are") == "Dónde está"
        with speaking("vi"):
            assert translation.gettext("Where you are") == "Where you are"
            assert translation.get_language() == "en-us"
