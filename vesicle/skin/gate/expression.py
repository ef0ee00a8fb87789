"""What the face does: a smile or raised brows fold the skin that is to be measured."""

from __future__ import annotations

from vesicle.skin.gate.quality import Pose, Problem

# Neutral adults, in distances of the eyes: width of the mouth, height of its corners above its middle.
_MOUTH_WIDTH, _MOUTH_WIDTH_SD = 0.80, 0.07
_CORNERS, _CORNERS_SD = -0.02, 0.02
MOST_SMILE = 2.7
"""Sum of both in standard deviations: a broad smile has 4 and more, a wide neutral mouth 2."""
MOST_RISE, MOST_TOGETHER = 0.95, 2.8
"""Of the line between the lips, mm; and of that and the sum above: a level mouth that is wide by nature has 2."""
MOST_OPEN, MOST_BROWS = 0.09, 0.72
MOST_SMILE_CHANGE, MOST_OPEN_CHANGE, MOST_BROWS_CHANGE = 1.0, 0.05, 0.06
MOST_RISE_CHANGE = 1.1
"""Millimetres; captures at rest of one person differ by 0.3."""


def smile_of(pose: Pose) -> float:
    """Return how far mouth width and corners are above a neutral face, in summed standard deviations."""
    return (pose.mouth_width - _MOUTH_WIDTH) / _MOUTH_WIDTH_SD + (pose.mouth_corners - _CORNERS) / _CORNERS_SD


def check(pose: Pose, reference: Pose | None, facts: dict[str, float]) -> list[Problem]:
    """Return whether the face is not at rest; against a reference when there is one."""
    smile, opened, brows, lips = smile_of(pose), pose.mouth_open, pose.brows, pose.lips_rise
    limits, most_rise = (MOST_SMILE, MOST_OPEN, MOST_BROWS), MOST_RISE
    lifted = lips is not None and smile + lips > MOST_TOGETHER
    if reference is not None:
        smile -= smile_of(reference)
        opened -= reference.mouth_open
        brows -= reference.brows
        lips = None if lips is None or reference.lips_rise is None else lips - reference.lips_rise
        limits, most_rise = (MOST_SMILE_CHANGE, MOST_OPEN_CHANGE, MOST_BROWS_CHANGE), MOST_RISE_CHANGE
        lifted = False
    facts.update(smile=smile, mouth_open=opened, brows=brows)
    if lips is not None:
        facts["lips_rise"] = lips
        lifted |= lips > most_rise
    found = []
    if smile > limits[0] or lifted:
        found.append(Problem("smiling", "Smiling.", "Keep a neutral face.", None, smile, limits[0]))
    elif opened > limits[1]:
        found.append(Problem("mouth-open", "The mouth is open.", "Close the mouth.", None, opened, limits[1]))
    if brows > limits[2]:
        found.append(Problem("brows-raised", "The brows are raised.", "Relax the forehead.", None, brows, limits[2]))
    return found
