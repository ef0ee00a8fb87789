"""No page that patients see falls back into English: every word of its templates is marked for the catalogs."""

import re

import pytest
from django.test import RequestFactory

from vesicle.core import catalogs, responses
from vesicle.core.errors import Conflict, Invalid, NotFound

ROOMS = catalogs.ROOMS
FRAMES = ("patient", "print", "base", "_messages", "_brand", "_languages")
PIECES = (
    "alert_banner", "back", "button", "card", "choice", "chip", "confirm", "day", "days", "do",
    "empty_state", "errors", "fact", "facts", "faq", "field", "grade", "icon", "kv", "notice",
    "signature", "steps", "table", "todo", "todo_row",
)  # fmt: skip
"""What patients' pages are put together from."""
OF_STAFF = {
    "aftercare": ("alert", "event", "new_event", "preview"),
    "people": ("_demo_logins", "_other_ways"),
    "treatment": ("_chart", "_steps", "chart", "finish", "recall", "start", "step"),
    "consent": ("preview", "record"),
    "candidacy": (),
    "scheduling": (),
    "results": ("desk_", "due"),
}
"""The rooms with pages for patients; and how the names of those for staff begin, who read English."""

_MARKED = re.compile(
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", re.DOTALL
)
_NO_WORDS = re.compile(r"{% block (?:wide|body_attrs|html_attrs) %}.*?{% endblock %}", re.DOTALL)
_TEMPLATE_TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
_READ_OUT = re.compile(r'\b(?:title|label|aria-label|note|placeholder|alt)="([^"]*)"')
_FOREIGN = re.compile(r'<(\w+)[^>]*\blang="[a-z]+"[^>]*>[^<]*</\1>')
_DEFAULTS = re.compile(r"<c-vars[^>]*>")  # said through in_language where they are used
_MARKUP = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")


def pages():
    """Return the templates that patients see, of every room, the pages of errors, and what frames them."""
    core = ROOMS / "core" / "templates"
    found = [*core.glob("errors/*.html"), *(core / "layouts" / f"{name}.html" for name in FRAMES)]
    found += [core / "cotton" / f"{name}.html" for name in PIECES]
    for room, of_staff in OF_STAFF.items():
        templates = (ROOMS / room / "templates" / room).glob("*.html")
        found += [path for path in templates if not path.stem.startswith(of_staff)]
    return sorted(found)


def unmarked(text):
    """Return the words of a template that no catalog can reach."""
    left = _TEMPLATE_TAGS.sub(" ", _NO_WORDS.sub(" ", _MARKED.sub(" ", text)))
    left = _DEFAULTS.sub(" ", _FOREIGN.sub(" ", left))
    spoken = _READ_OUT.findall(left)
    return [words.strip() for words in [*spoken, *_MARKUP.sub("\n", left).splitlines()] if _WORD.search(words)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p>{% translate "Move" %} {{ when }}</p>', []),
        ("<p>{% blocktranslate %}Move it{% endblocktranslate %}</p>", []),
        ('<p class="small">Move <b>it</b></p>', ["Move", "it"]),
        ('<c-notice title="Move it">{{ x }}</c-notice>', ["Move it"]),
        ('<a lang="en">In English</a>', []),
    ],
)
def test_words_that_are_not_marked_are_found(text, found):
    assert unmarked(text) == found


def test_every_word_of_a_page_can_be_said_in_spanish():
    missing = {}
    for path in pages():
        name = str(path.relative_to(ROOMS))
        words = unmarked(path.read_text("utf-8"))
        if words:
            missing[name] = words
    assert missing == {}


@pytest.mark.django_db
class TestErrors:
    def ask(self, answer, **more):
        request = RequestFactory().get("/nowhere/", headers=more)
        return answer(request).content.decode()

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (lambda request: responses.page_not_found(request, Exception()), "No hay ninguna página"),
            (lambda request: responses.permission_denied(request, Exception()), "No tiene permiso"),
            (lambda request: responses.bad_request(request, Exception()), "No pudimos leer"),
            (lambda request: responses.csrf_failure(request), "demasiado tiempo"),
            (lambda request: responses.server_error(request), "Algo ha fallado por nuestra parte"),
            (lambda request: responses.respond(request, NotFound()), "No lo hemos encontrado"),
            (lambda request: responses.respond(request, Conflict("x")), "Eso ha cambiado"),
            (lambda request: responses.respond(request, Invalid("x")), "revise lo que escribió"),
        ],
    )
    def test_speak_spanish_to_a_browser_that_asks_for_it(self, answer, says):
        html = self.ask(answer, accept_language="es-MX,es;q=0.9,en;q=0.5")
        assert says in html
        assert '<html lang="es"' in html

    def test_speak_english_to_all_others(self):
        assert "There is no page" in self.ask(lambda request: responses.page_not_found(request, Exception()))
        html = self.ask(lambda request: responses.server_error(request), accept_language="de")
        assert '<html lang="en' in html
