"""No page of booking and of results falls back into English: every word of its templates is marked for the catalogs."""

import re

import pytest
from django.test import RequestFactory

from vesicle.core import catalogs, responses
from vesicle.core.errors import Conflict, Invalid, NotFound

ROOMS = catalogs.ROOMS
STILL_ENGLISH = {
    f"scheduling/templates/scheduling/{name}.html"
    for name in (
        "_terms", "choose", "details", "join", "joined", "not_clear", "pay", "paying", "questions_first", "start",
        "time_gone", "visit_details", "visit_not_clear", "visit_times", "visit_week", "visits",
    )
}  # fmt: skip
"""Pages that nobody has translated yet. Take a name away when its page is done; never add one."""
OF_STAFF = ("desk_", "due")
"""Pages of results for staff, who read English."""

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
    """Return the templates of booking and results that patients see, the pages of errors, and what frames them."""
    core = ROOMS / "core" / "templates"
    shared = [core / "layouts" / "patient.html", core / "cotton" / "steps.html", core / "cotton" / "errors.html"]
    results = [path for path in ROOMS.glob("results/templates/results/*.html") if not path.name.startswith(OF_STAFF)]
    shared += [core / "cotton" / "grade.html", *results]
    found = [*ROOMS.glob("scheduling/templates/scheduling/*.html"), *core.glob("errors/*.html"), *shared]
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
        if words and name not in STILL_ENGLISH:
            missing[name] = words
    assert missing == {}


def test_the_list_of_what_is_still_english_names_only_what_is():
    done = {name for name in STILL_ENGLISH if not (ROOMS / name).exists() or not unmarked((ROOMS / name).read_text())}
    assert done == set()


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
