"""The sections of a protocol that a modality may override, in the order a patient meets them."""

from vesicle.protocols.schema.common import Statement
from vesicle.protocols.schema.sections.afterwards import (
    AftercareRange,
    CheckIn,
    CoursePoint,
    Downtime,
    FollowUp,
    RedFlags,
    Results,
)
from vesicle.protocols.schema.sections.consent import Acknowledgement, Alternative, Consent, ConsentRisk
from vesicle.protocols.schema.sections.exam import Decides, ExamItem, Finding
from vesicle.protocols.schema.sections.needs import (
    AreaTime,
    Buffer,
    EquipmentNeed,
    Involved,
    InvolvedKind,
    Phase,
    Price,
    ProductNeed,
    Qualifications,
    Resource,
    Route,
    SessionPlan,
    Timing,
)
from vesicle.protocols.schema.sections.page import (
    Benefit,
    Claim,
    ConcernAddressed,
    Direction,
    QuestionAndAnswer,
    Reach,
    RegulatoryStatement,
)
from vesicle.protocols.schema.sections.visit import Record, Step

__all__ = [
    "Acknowledgement",
    "AftercareRange",
    "Alternative",
    "AreaTime",
    "Benefit",
    "Buffer",
    "CheckIn",
    "Claim",
    "ConcernAddressed",
    "Consent",
    "ConsentRisk",
    "CoursePoint",
    "Decides",
    "Direction",
    "Downtime",
    "EquipmentNeed",
    "ExamItem",
    "Finding",
    "FollowUp",
    "Involved",
    "InvolvedKind",
    "Phase",
    "Price",
    "ProductNeed",
    "Qualifications",
    "QuestionAndAnswer",
    "Reach",
    "Record",
    "RedFlags",
    "RegulatoryStatement",
    "Resource",
    "Results",
    "Route",
    "SessionPlan",
    "Statement",
    "Step",
    "Timing",
]
