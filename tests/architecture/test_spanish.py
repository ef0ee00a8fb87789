"""The pages that patients see, in Spanish: nothing of ours is left in English on them."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.utils import translation

from vesicle import protocols as protocols_room
from vesicle.aftercare.models import CheckIn
from vesicle.consent import queries as consents
from vesicle.consent.pdf import copy_of
from vesicle.core import catalogs, clock
from vesicle.core.tests.marks import Marks
from vesicle.people.models import Message
from vesicle.protocols.bank import load_bank
from vesicle.protocols.tests import translations
from vesicle.treatment.tests.situations import NEEDLED

LIBRARY = Path(protocols_room.__file__).parent / "library"
NEEDLING = f"/candidacy/?option={NEEDLED}"
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_FOREIGN = re.compile(r'<(\w+)[^>]*\blang="en[^"]*"[^>]*>.*?</\1>', re.DOTALL)
_READ_OUT = re.compile(r'\b(?:title|aria-label|placeholder|alt|data-[a-z-]+)="([^"]*[a-z]{2}[^"]*)"')
_PLACE = re.compile(r"%\(\w+\)[sd]|{\w+}")
_READS_ENGLISH = re.compile(r"\b(?:the|you|your|and|with|is|are|we|of|to|for|not|from|on|at)\b", re.IGNORECASE)
FEWEST_LETTERS = 18
"""Shorter pieces of a sentence are found in texts of the protocols by chance."""


@pytest.fixture(scope="module")
def english():
    """Return what we say in English and have Spanish words for: whole phrases, and longer pieces of sentences."""
    whole, pieces = set(), set()
    for original, words in catalogs.merged("es").items():
        for said in original.rpartition("\x04")[2].split("\x00"):
            if said and said not in words.split("\x00"):
                whole.add(said)
                pieces |= {part.strip() for part in _PLACE.split(said) if len(part.strip()) >= FEWEST_LETTERS}
    return whole, pieces


@pytest.fixture(scope="module")
def protocols():
    """Return every text of the protocols and of the bank in one: they have their own translations."""
    texts = (path.read_text("utf-8") for path in sorted(LIBRARY.glob("**/*.yaml")))
    return _bare(" ".join(texts))


def _bare(text):
    return " ".join(re.findall(r"\w+", text.lower()))


def phrases(html):
    """Return what a page says and reads out, phrase by phrase."""
    left = _FOREIGN.sub(" ", _UNSEEN.sub(" ", html))
    texts = [*_READ_OUT.findall(left), *re.split(r"<[^>]*>", left)]
    return [" ".join(unescape(text).split()) for text in texts]


def english_in(html, english, protocols):
    """Return what a page says in English: what we have Spanish words for, and what reads English and is no protocol."""
    whole, pieces = english
    found = []
    for said in filter(None, phrases(html)):
        if said in whole or any(piece in said for piece in pieces):
            found.append(said)
            continue
        sentences = re.split(r"[.:;?!(«»]\s*", said)
        found += [one for one in sentences if _READS_ENGLISH.search(one) and not _is_data(one, protocols)]
    return found


def _is_data(words, protocols):
    """Whether words are of a protocol, a name of a time zone, or what the clinic wrote of a product."""
    return _bare(words) in protocols or "/" in words.split()[0] or "rose callus" in words


def test_english_is_found_where_it_is(english, protocols):
    html = '<h1>Who is coming?</h1><p lang="en">Home</p><a title="Move it">¿Quién viene?</a><b>We are here</b>'
    assert english_in(html, english, protocols) == ["Move it", "Who is coming?", "We are here"]


def test_a_text_of_the_library_is_said_by_a_room_only_where_its_code_says_it_too_and_then_alike():
    library = {}
    for path in LIBRARY.glob("translations/es/*.po"):
        for key, words in catalogs.read_po(path).items():
            library.setdefault(key.rpartition("\x04")[2], set()).add(words)
    wrong = []
    for path in catalogs.sources("es"):
        room = path.parts[-5]
        code = _code_of(room) + (_code_of("skin") if room == "results" else "")  # which knows no catalogs
        for key, words in catalogs.read_po(path).items():
            context, _, text = key.rpartition("\x04")
            if not context and text in library and (words not in library[text] or f'"{text}"' not in code):
                wrong.append((room, text))
    assert wrong == []


def _code_of(room):
    files = [*(catalogs.ROOMS / room).glob("**/*.py"), *(catalogs.ROOMS / room).glob("templates/**/*.html")]
    return " ".join(path.read_text("utf-8") for path in files if "tests" not in path.parts)


class Reader:
    """A patient's browser that notes what is wrong with the pages it reads."""

    def __init__(self, client, look):
        self.client, self.look, self.troubles = client, look, {}

    def read(self, address, *, data=None, status=(200, 422)):
        response = self.client.post(address, data) if data is not None else self.client.get(address)
        while response.status_code == 302:
            address = response["Location"]
            response = self.client.get(address)
        html = response.content.decode()
        assert response.status_code in status, address
        assert '<html lang="es"' in html, address
        if found := self.look(html):
            self.troubles[address] = found
        return html


@pytest.fixture(params=["in-spanish", "fallen-back"])
def reader(request, client, tmp_path):
    """A reader of what is in English; and where no protocol has any Spanish, of what does not say that it is."""
    if request.param == "in-spanish":
        english, protocols = request.getfixturevalue("english"), request.getfixturevalue("protocols")
        yield Reader(client, lambda html: english_in(html, english, protocols))
        return
    ours = translations.known_again()
    with translations.nothing_translated(tmp_path):
        yield Reader(client, lambda html: (page := Marks(html)).broken + page.unmarked(ours))


def test_a_visitor_finds_out_what_suits_them_and_chooses_a_time(house, reader):
    reader.read("/candidacy/?lang=es")
    reader.read("/candidacy/how-we-rank/")
    reader.read("/candidacy/nowhere/", status=(404,))
    reader.read(NEEDLING)
    reader.read("/candidacy/", data={"option": NEEDLED})
    begun = {"option": NEEDLED, "areas": ["full-face"], "concerns": ["texture"], "date_of_birth": "1990-05-04"}
    html = reader.read("/candidacy/", data=begun)
    token = re.search(r"/candidacy/([\w-]{30,})/", html)
    if token is None:
        token = re.search(r"([\w-]{30,})", reader.client.session["candidacy_token"])
    place = f"/candidacy/{token[1]}"
    for question in load_bank().asked:
        reader.read(f"{place}/ask/{question}/")
    for answer in ("", "yes", "unsure"):
        reader.read(f"{place}/ask/SCR-PREG/", data={"answer": answer})
    reader.read(f"{place}/ask/SCR-MEDS/", data={"text": "apixaban, Eliquis"})
    reader.read(f"{place}/medicines/")
    reader.read(f"{place}/answers/")
    reader.read(f"{place}/still-true/")
    for address in ("/book/", f"/book/?option={NEEDLED}", "/book/visits/", "/my/sign-in/"):
        reader.read(address)
    reader.read("/my/sign-in/", data={"email": "pia@example.org"})
    assert reader.troubles == {}


def test_a_patient_goes_to_a_visit(path, reader, as_patient):
    coming = path("tam").signed()
    type(coming.patient).objects.filter(pk=coming.patient.pk).update(language="es")
    as_patient(reader.client, coming.patient)
    key = coming.appointment.pk
    screening = f"/candidacy/{reader.client.get('/candidacy/mine/')['Location'].split('/')[2]}"
    pages = ["/my/", "/my/details/", "/my/data/", "/candidacy/", f"{screening}/result/", f"{screening}/answers/"]
    pages += [f"/book/a/{key}/{page}" for page in ("", "move/", "confirm/", "cancel/")]
    pages += [f"/consent/{key}/{page}" for page in ("", "photos/", "withdraw/")]
    pages += [f"/book/?option={NEEDLED}", f"/book/times/?option={NEEDLED}&areas=full-face&location=portland"]
    pages += [f"/book/wait/?option={NEEDLED}&areas=full-face"]
    for address in pages:
        reader.read(address)
    reader.read("/my/details/", data={"email": "tam", "time_zone": "America/Phoenix", "language": "es"})
    times = reader.read(f"/book/times/?option={NEEDLED}&areas=full-face&location=portland&from=2026-12-14")
    start = unescape(re.search(r'name="start" value="([^"]+)"', times)[1])
    held = {"option": NEEDLED, "areas": "full-face", "location": "portland", "start": start}
    token = re.search(r"/book/hold/([^/]+)/", reader.read("/book/times/", data=held))[1]
    reader.read(f"/book/hold/{token}/course/")
    reader.read("/book/times/", data=held)
    reader.read(f"/book/wait/?option={NEEDLED}", data={"option": NEEDLED, "areas": "full-face"})
    reader.read(f"{screening}/wishes/", data={"visits": "-1"})
    reader.read(f"{screening}/wishes/", data={"concerns": ["texture"], "needles": "no", "visits": "2", "budget": "90"})
    reader.read(f"{screening}/about-you/?option=chemical-peel/medium")
    reader.read(f"/book/a/{key}/cancel/", data={})
    reader.read(f"/book/a/{key}/")
    reader.read(f"/consent/{key}/", status=(409,))
    assert reader.troubles == {}


def test_a_patient_looks_after_their_skin(treated, reader, as_patient):
    type(treated.patient).objects.filter(pk=treated.patient.pk).update(language="es")
    as_patient(reader.client, treated.patient)
    visit = treated.encounter.pk
    with clock.pretend(CheckIn.objects.get(encounter=treated.encounter, day=2).due_at):
        for address in ("/my/", f"/my/visits/{visit}/", f"/my/aftercare/{visit}/", f"/my/results/{visit}/"):
            reader.read(address)
        reader.read(f"/my/aftercare/{visit}/day/2/")
        reader.read(f"/my/aftercare/{visit}/day/2/", data={})
        many = {"OM-REDNESS": "3", "OM-SWELLING": "1", "OM-VAS-PAIN": "1", "none": "on"}
        reader.read(f"/my/aftercare/{visit}/day/2/", data=many)
    for page in ("week/3/", "week/3/photographs/", "week/3/photographs/front/"):
        reader.read(f"/my/results/{visit}/{page}")
    assert reader.troubles == {}


def test_a_consent_stays_in_the_language_it_was_signed_in(path, as_patient, client, english):
    booked = path().booked()
    with translation.override("es"):
        signed = booked.sign()
    assert signed.language == "es"
    assert signed.document["title"].startswith("Consentimiento para")
    assert signed.document_hash != consents.document_for(booked.appointment).hash
    page = as_patient(client, booked.patient).get(f"/consent/{booked.appointment.pk}/").content.decode()
    assert "Your consent is signed" in page
    assert '<section class="card" id="rights" lang="es">' in page
    seen = {}

    def drawn(text, style):
        seen["text"] = text
        return b"%PDF"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vesicle.consent.pdf.as_pdf", drawn)
        copy_of(signed)
    assert '<html lang="es">' in seen["text"]
    assert "Vale hasta el" in seen["text"]


def test_letters_are_in_the_patients_language(path, english, protocols):
    coming = path("tam")
    type(coming.patient).objects.filter(pk=coming.patient.pk).update(language="es")
    coming.patient.refresh_from_db()
    coming.treated()
    written = {
        row.kind: english_in(f"{row.subject}<br>{row.body}", english, protocols) for row in Message.objects.all()
    }
    assert {"aftercare-plan", "check-in", "follow-up", "candidacy-decision"} <= set(written)
    assert {kind: found for kind, found in written.items() if found} == {}
