"""What a browser would send for the fields of the editor, if they were sent as they stand."""

from django.http import QueryDict


def sent_by(controls):
    """Return the data of a form with these controls."""
    sent = QueryDict(mutable=True)
    for control in controls:
        _send(control, sent)
    return sent


def _send(control, sent):
    kind, name = control.kind, control.name
    if kind in ("list", "condition"):
        sent.setlist(name, [part.name.rpartition(".")[2] for part in control.parts])
    if kind in ("condition", "answered", "within", "age", "area"):
        sent[f"{name}.kind"] = control.value if kind == "condition" else kind
        if control.negated:
            sent[f"{name}.not"] = "on"
    if kind == "flag":
        if control.value:
            sent[name] = "on"
    elif kind == "ticks":
        sent.setlist(name, [choice.value for choice in control.choices if choice.is_chosen])
    elif kind == "lines":
        sent.setlist(name, [line for line, _ in control.lines])
    elif kind == "choice":
        chosen = [choice.value for choice in control.choices if choice.is_chosen]
        sent[name] = chosen[0] if chosen else ""
    elif kind in ("text", "line", "whole", "number", "date", "kept"):
        sent[name] = str(control.value).replace("\n", "\r\n")
    for part in control.parts:
        _send(part, sent)
