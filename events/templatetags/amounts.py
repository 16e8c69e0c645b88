"""Numbers with thousands separators in every language: the Chinese locale has none, and 1100000 is hard to read."""

from __future__ import annotations

from decimal import Decimal

from django import template

from events.printing.chinese_numerals import amount_in_capitals

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """A whole number: 45,206."""
    return f"{number:,}"


@register.filter
def yuan(amount: Decimal | int) -> str:
    """An amount without its fen where it has none: 300,000 or 275,000.50."""
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


@register.filter
def capitals(amount: Decimal | int) -> str:
    """An amount in Chinese capitals, as on a cheque; Chinese in every language."""
    return amount_in_capitals(amount)
