"""What follows a fair: house rules, breaches and appeals, call-backs."""

from events.review.services.appeals import AppealConflict, AppealRefused, answer_appeal, raise_appeal
from events.review.services.barring import Barred, barred_until, check_not_barred
from events.review.services.callbacks import (
    CallBackConflict,
    CallBackRefused,
    change_call_back,
    drop_call_back,
    finish_call_back,
    plan_call_backs,
    remind_of_call_backs,
)
from events.review.services.rules import RulesFacts, rules_of, set_rules
from events.review.services.strikes import StrikeConflict, note_strikes, note_strikes_of_fair, waive_strike

__all__ = [
    "AppealConflict",
    "AppealRefused",
    "Barred",
    "CallBackConflict",
    "CallBackRefused",
    "RulesFacts",
    "StrikeConflict",
    "answer_appeal",
    "barred_until",
    "change_call_back",
    "check_not_barred",
    "drop_call_back",
    "finish_call_back",
    "note_strikes",
    "note_strikes_of_fair",
    "plan_call_backs",
    "raise_appeal",
    "remind_of_call_backs",
    "rules_of",
    "set_rules",
    "waive_strike",
]
