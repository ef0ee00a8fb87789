"""The typed list that later rooms fill: what they add to the results section of a treatment page.

A room fills it once, when the program starts, from its ``AppConfig.ready``::

    from vesicle.website.panels import panels

    panels.append(outcome_panel)

A page is kept until the clinic's site revision changes or the day ends, so a room whose numbers have to appear
sooner raises the revision when it changes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vesicle.core.actor import Actor
from vesicle.protocols.queries import OfferedOption


@dataclass(frozen=True, slots=True)
class Panel:
    """A block under a heading of its own.

    ``template`` is the adding room's own. It reads what ``context`` holds as ``panel.…`` and prints no heading above
    level 5.
    """

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Actor, OfferedOption], Panel | None]
"""Given who looks and what is offered, return the panel, or ``None`` where there is nothing to show yet."""

panels: list[PanelMaker] = []


def panels_for(actor: Actor, offered: OfferedOption) -> tuple[Panel, ...]:
    """Return the panels of an option, in the order in which rooms added them."""
    made = (make(actor, offered) for make in panels)
    return tuple(panel for panel in made if panel is not None)
