"""Numbers as official Chinese documents write them.

Amounts follow the rules for filling in bills (支付结算办法, annex 1, 正确填写票据和结算凭证的基本规定): financial
capitals, 整 after a whole number of yuan, none after 角 or 分, one 零 for a gap between digits.
"""

from decimal import Decimal

CAPITAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
CAPITAL_PLACES = ("", "拾", "佰", "仟")
PLAIN_DIGITS = "〇一二三四五六七八九"

LARGEST_AMOUNT = Decimal("9999999999999999.99")
"""The greatest amount that 万 and 亿 express without doubt: 9999 万亿 and what follows."""


def amount_in_capitals(amount: Decimal | int) -> str:
    """Return an amount of yuan in Chinese capitals: 1100000 → 人民币壹佰壹拾万元整.

    Raises ValueError if the amount is negative, not finite, has more than two decimal places (fen is the
    smallest unit; the amount is never rounded here) or is greater than LARGEST_AMOUNT.
    """
    exact = Decimal(amount)
    if not exact.is_finite() or exact < 0 or exact > LARGEST_AMOUNT:
        raise ValueError(f"not an amount of yuan that can be written in capitals: {amount}")
    fen_in_all = exact.scaleb(2)
    if fen_in_all != fen_in_all.to_integral_value():
        raise ValueError(f"an amount of yuan has at most two decimal places: {amount}")
    yuan, fen = divmod(int(fen_in_all), 100)
    whole = f"{_integer_in_capitals(yuan)}元" if yuan or not fen else ""
    return f"人民币{whole}{_fraction_in_capitals(fen, after_yuan=bool(yuan))}"


def _fraction_in_capitals(fen: int, *, after_yuan: bool) -> str:
    """Return the 角 and 分 of 0–99 fen; 整 if there are none."""
    if not fen:
        return "整"
    jiao, rest = divmod(fen, 10)
    words = f"{CAPITAL_DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return words + (f"{CAPITAL_DIGITS[rest]}分" if rest else "")


def _integer_in_capitals(number: int) -> str:
    """Return a non-negative integer below 10**16 in capitals."""
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            # A 零 stands for every run of empty places, but not for the end of the number.
            gap = "零" if 0 < low < unit // 10 else ""
            return _integer_in_capitals(high) + word + gap + (_integer_in_capitals(low) if low else "")
    return _section_in_capitals(number)


def _section_in_capitals(number: int) -> str:
    """Return 0–9999 in capitals, every digit but zeros with its place: 1010 → 壹仟零壹拾."""
    if not number:
        return CAPITAL_DIGITS[0]
    words: list[str] = []
    for place, digit in reversed(list(enumerate(int(figure) for figure in reversed(str(number))))):
        if digit:
            words.append(CAPITAL_DIGITS[digit] + CAPITAL_PLACES[place])
        elif words and words[-1] != "零":
            words.append("零")
    return "".join(words).rstrip("零")


def count_in_chinese(number: int) -> str:
    """Return 1–99 in plain Chinese, as used to number articles and copies: 12 → 十二.

    Raises ValueError outside that range.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"only 1 to 99 are counted in words: {number}")
    tens, units = divmod(number, 10)
    words = ("" if tens == 1 else PLAIN_DIGITS[tens]) + "十" if tens else ""
    return words + (PLAIN_DIGITS[units] if units else "")


def copies_in_chinese(number: int) -> str:
    """Return a number of originals, 1–99, before the measure word 份: 2 → 两, 4 → 四."""
    return "两" if number == 2 else count_in_chinese(number)
