"""What a patient means by an answer to a message: a few words that are known whole, and otherwise a person reads it.

Nothing is guessed. An answer counts only where all of it, greetings and thanks aside, is one of the known phrases:
"do not cancel", "yes but later" and "si puedo" are none, and go to the desk.
"""

import re
import unicodedata
from enum import StrEnum


class Meaning(StrEnum):
    """What an answer asks for."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


_PHRASES = {
    Meaning.CONFIRM: """
        yes; y; yep; yeah; c; confirm; confirmed; i confirm; yes i confirm; yes confirm; yes confirmed; i will come;
        yes i will come; i will be there; yes i will be there; ill be there; yes ill be there; see you then;
        see you there
        si; s; confirmo; confirmar; confirmado; confirmada; si confirmo; ire; si ire; alli estare; si alli estare;
        ahi estare; si ahi estare; nos vemos
    """,
    Meaning.CANCEL: """
        cancel; cancel it; cancel appointment; cancel my appointment; cancel the appointment; i want to cancel;
        i need to cancel; i would like to cancel; i have to cancel; please cancel it
        cancelar; cancela; cancele; cancelar cita; cancelar mi cita; cancelar la cita; cancelen mi cita;
        quiero cancelar; quisiera cancelar; necesito cancelar; tengo que cancelar
    """,
    Meaning.STOP: """
        stop; stopall; stop all; unsubscribe; end; quit; revoke; optout; opt out; stop texting me; stop texting;
        stop messages; do not text me; dont text me; no more texts; no more messages; remove me
        alto; baja; parar; darme de baja; dar de baja; no mas mensajes; no me escriban; no me escriban mas
    """,
    Meaning.START: "start; unstop; optin; opt in; alta; iniciar; comenzar",
    Meaning.HELP: "help; info; ayuda; informacion",
}
_KNOWN = {
    phrase.strip(): meaning
    for meaning, text in _PHRASES.items()
    for phrase in re.split(r"[;\n]", text)
    if phrase.strip()
}
_POLITE = {
    *("please", "thanks", "thx", "hi", "hello", "hey", "ok", "okay", "great"),
    *("gracias", "hola", "favor", "vale"),
}
_POLITE_PAIRS = {("thank", "you"), ("por", "favor"), ("muchas", "gracias"), ("thank", "u"), ("buenos", "dias")}
_SIGNS = {"👍": " yes ", "✅": " yes ", "✔": " yes "}
_KIND_SIGNS = re.compile("[😀😃😄😊🙂🙏❤💛🌞\U0001f3fb-\U0001f3ff\ufe0f]")
_PUNCTUATION = re.compile(r"[\s.,;:!¡'’\"“”()\-–—]+")
_QUOTED = re.compile(
    r"^(>|on .{5,200} wrote:|el .{5,200} escribi[oó]:|-{2,} ?(original message|mensaje original)"
    r"|_{10,}|from: |de: |sent from my |enviado desde mi )",
    re.IGNORECASE,
)


def meaning_of(text: str) -> Meaning:
    """Return what an answer asks for; ``OTHER`` for everything that is not one of the known phrases, whole."""
    words = _words(text)
    return _KNOWN.get(" ".join(words), _KNOWN.get(" ".join(_plain(words)), Meaning.OTHER))


def own_words(body: str) -> str:
    """Return what somebody wrote themselves above the message they answer: quotations and signatures end it."""
    lines: list[str] = []
    rows = body.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(rows):
        text = line.strip()
        # Mail programs break a long "On … wrote:" over two lines.
        with_next = f"{text} {rows[number + 1].strip()}" if number + 1 < len(rows) else text
        if text == "--" or line == "-- " or _QUOTED.match(text) or (text and _WROTE.match(with_next)):
            break
        lines.append(line.rstrip())
    return "\n".join(lines).strip()


_WROTE = re.compile(r"^(on .{5,200} wrote:|el .{5,200} escribi[oó]:)\s*$", re.IGNORECASE)


def _words(text: str) -> list[str]:
    """Return the words without case, accents and punctuation. Whatever else stands there stays, and is a word too:
    a question mark, another script or a thumb turned down must not be read past.
    """
    text = _KIND_SIGNS.sub(" ", text)
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    return _PUNCTUATION.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).split()


def _plain(words: list[str]) -> list[str]:
    """Return the words without greetings before and thanks after them."""
    left = list(words)
    while left:
        if tuple(left[:2]) in _POLITE_PAIRS or tuple(left[-2:]) in _POLITE_PAIRS:
            left = left[2:] if tuple(left[:2]) in _POLITE_PAIRS else left[:-2]
        elif left[0] in _POLITE:
            left = left[1:]
        elif left[-1] in _POLITE:
            left = left[:-1]
        else:
            break
    return left
