"""Agreements for programs: the same rows, rules and services as on the pages."""

from events.agreements.api.agreements import AgreementViewSet
from events.agreements.api.following import (
    FileViewSet,
    MilestoneViewSet,
    PartyViewSet,
    PaymentViewSet,
    ResultViewSet,
    TextViewSet,
)

OF_ONE = {
    "texts": TextViewSet,
    "parties": PartyViewSet,
    "payments": PaymentViewSet,
    "milestones": MilestoneViewSet,
    "results": ResultViewSet,
    "files": FileViewSet,
}
"""What belongs to one agreement, by the last part of its address."""

__all__ = [
    "OF_ONE",
    "AgreementViewSet",
    "FileViewSet",
    "MilestoneViewSet",
    "PartyViewSet",
    "PaymentViewSet",
    "ResultViewSet",
    "TextViewSet",
]
