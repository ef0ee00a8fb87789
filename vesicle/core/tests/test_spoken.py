"""Words that know which of them are English: alone, within sentences, changed, and kept as plain data."""

from html import escape

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from vesicle.core.languages import speaking, told, written_in
from vesicle.core.spoken import (
    InEnglish,
    Mixed,
    alike,
    english_in,
    filled,
    formatted,
    lowered,
    put_together,
    with_english,
)
from vesicle.core.words import Written, joined, said

PIECES = st.lists(st.tuples(st.text(max_size=8), st.booleans()), max_size=6)


def texts(pieces):
    return [InEnglish(words) if is_english else words for words, is_english in pieces]


def printed(template, **context):
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("words", "html"),
    [
        (InEnglish("Skin & bones"), '<span lang="en">Skin &amp; bones</span>'),
        (put_together(["Piel: ", InEnglish("a <b>"), "."]), 'Piel: <span lang="en">a &lt;b&gt;</span>.'),
        (put_together([InEnglish("One"), ", ", InEnglish("two")]), '<span lang="en">One, two</span>'),
        (put_together(["Uno", ", dos"]), "Uno, dos"),
        (filled("%(a)s al 100 %%", {"a": InEnglish("Ice")}), '<span lang="en">Ice</span> al 100 %'),
        (formatted("Hielo y {a}", {"a": InEnglish("ice")}), 'Hielo y <span lang="en">ice</span>'),
        (lowered(InEnglish("Ice")), '<span lang="en">ice</span>'),
        (alike(mixed := put_together(["hielo ", InEnglish("ice")]), mixed.upper()), 'HIELO <span lang="en">ICE</span>'),
    ],
)
def test_english_is_marked_wherever_it_is_printed(words, html):
    assert printed("{{ words }}", words=words) == html
    assert printed("{% load vesicle_ui %}{{ words|unmarked }}", words=words) == escape(words)
    assert (
        printed("{% load i18n %}{% blocktranslate %}¡{{ words }}!{% endblocktranslate %}", words=words) == f"¡{html}!"
    )


def test_a_sentence_told_in_another_language_keeps_what_has_no_translation_marked():
    sentence = said("{start} and {last}", start=joined([InEnglish("ice"), said("nowhere")], ", "), last="agua")
    with speaking("es"):
        words = told(sentence)
    assert isinstance(words, Mixed)
    assert printed("{{ words }}", words=words).startswith('<span lang="en">ice</span>, ')
    assert told(InEnglish("no catalog has this")) == "no catalog has this"
    assert type(told(InEnglish("no catalog has this"))) is InEnglish


@given(PIECES)
def test_put_together_is_the_same_text_and_loses_no_english(pieces):
    given_texts = texts(pieces)
    whole = put_together(given_texts)
    assert whole == "".join(given_texts)
    english = "".join(words for words, is_english in pieces if is_english)
    marked = "".join(whole[first:last] for first, last in english_in({"a": whole}).get(".a", []))
    assert english in marked or all(letter in marked for letter in english)


@given(st.dictionaries(st.text("ab", min_size=1, max_size=2), st.lists(PIECES, max_size=3), max_size=3))
def test_what_is_kept_as_plain_data_is_marked_again_as_it_was(tree):
    told_tree = {name: [put_together(texts(pieces)) for pieces in listed] for name, listed in tree.items()}
    plain = {name: [str(text) for text in listed] for name, listed in told_tree.items()}
    again = with_english(plain, english_in(told_tree))
    assert again == told_tree
    assert english_in(again) == english_in(told_tree)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Keep the area dry until Friday.", "en"),
        ("Mantenga la zona seca hasta el viernes.", "es"),
        ("No makeup.", "en"),
        ("", "en"),
    ],
)
def test_what_staff_write_is_english_unless_it_is_plainly_another_language(text, language):
    assert written_in(text) == language


@pytest.mark.parametrize("end", ["|as_written", "|linebreaksbr|as_written"])
def test_free_words_say_their_language_where_the_page_speaks_another(end):
    template = "{% load vesicle_ui %}{{ words" + end + " }}"
    english, spanish = "Keep <it> dry for the day.", "Mantenga la zona seca."
    assert "lang" not in printed(template, words=english)
    assert printed(template, words=spanish) == f'<span lang="es">{spanish}</span>'
    with speaking("es"):
        assert printed(template, words=english) == '<span lang="en">Keep &lt;it&gt; dry for the day.</span>'
        assert printed(template, words=spanish) == spanish
        assert printed(template, words="") == ""


def test_free_words_within_a_sentence_say_it_too():
    sentence = said(
        "{by} needs to know more before deciding: {reason}", by="Iris", reason=Written("Ask for the letter.")
    )
    assert "<" not in escape(told(sentence))
    with speaking("es"):
        assert '<span lang="en">Ask for the letter.</span>' in told(sentence).__html__()
