"""Numbers as official Chinese documents write them.

Amounts follow the rules for filling in bills (支付结算办法, annex 1, 正确填写票据和结算凭证的基本规定): financial
capitals, 整 after a whole number of yuan, none after 角 or 分, one 零 for a gap between digits. What is read may
also follow the freedoms of those rules: 圆 and 正, 整 after 角, a 零 more or less where the number stays the same.
"""

import re
from collections.abc import Iterator
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


_OTHER_FORMS = str.maketrans("圆正貳叄參陸萬億〇", "元整贰叁叁陆万亿零")
_DIGIT = "[壹贰叁肆伍陆柒捌玖]"
# 拾 goes without its 壹 at the head of a section only. Units follow 拾, 零 or nothing: 壹仟壹 may be two numbers.
_SECTION = re.compile(
    f"零?(?:({_DIGIT})仟)?(?:零?({_DIGIT})佰)?(?:零?({_DIGIT})拾|(?<![佰仟零])(拾))?(?:(?:零|(?<![佰仟]))({_DIGIT}))?"
)
_CAPITALS = re.compile(
    r"(?:人民币)?[:：]?\s*"
    rf"(?:(?P<yuan>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?"
    rf"(?P<jiao>零?{_DIGIT}角|零角)?(?P<fen>零?{_DIGIT}分|零分)?(?P<end>整)?"
)


def read_capitals(text: str) -> Decimal:
    """Return the yuan that Chinese capitals state: 人民币壹佰壹拾万元整 → 1100000. Inverse of amount_in_capitals.

    Read as well: without 人民币; 圆 and 正; the traditional forms of digits; 整 or nothing after 角; 拾 for 壹拾 at the
    head. Raises ValueError, with a sentence that a person can use, for anything else.
    """
    words = text.strip().translate(_OTHER_FORMS)
    if words.removeprefix("人民币") == "零":
        return Decimal(0)
    found = _CAPITALS.fullmatch(words)
    if found is None or not (found["yuan"] or found["jiao"] or found["fen"]):
        raise ValueError(f"“{text}” is not an amount in Chinese capitals such as 人民币壹佰壹拾万元整.")
    if found["end"] and found["fen"]:
        raise ValueError(f"“{text}” is not an amount in Chinese capitals: 整 does not follow 分.")
    fen = 10 * _digit_of(found["jiao"]) + _digit_of(found["fen"])
    yuan = _integer_of(found["yuan"], text) if found["yuan"] else 0
    return (Decimal(100 * yuan + fen) / 100).normalize() + Decimal(0)


def _digit_of(words: str | None) -> int:
    """Return the digit before 角 or 分; 0 if there is none."""
    return CAPITAL_DIGITS.index(words[-2]) if words else 0


def _integer_of(words: str, text: str) -> int:
    """Return what the capitals of a whole number say; ValueError, naming the text they are from, if nothing."""
    if words == CAPITAL_DIGITS[0]:
        return 0
    number, rest = 0, words
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        high, there, low = rest.partition(word)
        if there:
            below = _integer_of(high, text) if unit == 10**8 else _section_of(high, text)
            if not below or (words.startswith("零") and not number):  # a 零 stands for a gap: none opens a number
                raise ValueError(f"“{text}” is not an amount in Chinese capitals: look at what stands before {word}.")
            number, rest = number + below * unit, low
    if rest or not number:
        number += _last_section(rest, text, alone=not number)
    return number


def _last_section(words: str, text: str, *, alone: bool) -> int:
    """Return the number below 万; units alone after 万 or 亿 need their 零: 壹万伍 may be two sums."""
    units_alone = len(words) == 1
    if (alone and words.startswith("零")) or (units_alone and not alone):
        raise ValueError(f"“{text}” is not an amount in Chinese capitals: look at its 零.")
    return _section_of(words, text)


def _section_of(words: str, text: str) -> int:
    """Return the number of 1–9999 that a section states."""
    found = _SECTION.fullmatch(words)
    if found is None or not any(found.groups()):
        raise ValueError(f"“{text}” is not an amount in Chinese capitals: “{words}” is not a number below 万.")
    thousands, hundreds, tens, ten, units = found.groups()
    digits = [CAPITAL_DIGITS.index(digit) if digit else 0 for digit in (thousands, hundreds, tens, units)]
    return digits[0] * 1000 + digits[1] * 100 + (10 if ten else digits[2] * 10) + digits[3]


_CAPITAL_SIGNS = "零〇壹贰貳叁叄參肆伍陆陸柒捌玖"
_STATED = (
    rf"(?:人民币\s*)?(?:[{_CAPITAL_SIGNS}拾佰仟万萬亿億]{{1,40}}[元圆](?:[{_CAPITAL_SIGNS}]{{1,2}}角)?"
    rf"(?:[{_CAPITAL_SIGNS}]{{1,2}}分)?|[{_CAPITAL_SIGNS}]角(?:[{_CAPITAL_SIGNS}]{{1,2}}分)?|[{_CAPITAL_SIGNS}]分)[整正]?"
)
_FIGURES = (
    r"(?<![\d.,])(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,20})(?:\.\d{1,6})?\s?(?:万|亿|百万|千万)?\s?(?:元整?|圆整?|yuan)?"
)
_IN_WORDS = (
    r"\s?(?:[（(]|[，,、；;]?\s?(?=(?:人民币|金额)?大写))\s?(?:人民币(?=金额|大写))?(?:金额)?(?:大写)?(?:金额)?(?:为)?"
    r"(?:in\s(?:Chinese\s)?capitals)?\s?[:：]?\s?"
)
_IN_FIGURES = r"\s?[（(]\s?(?:人民币)?(?:小写)?\s?[:：]?\s?(?:人民币|RMB|CNY|¥|￥)?\s?"
_PAIRS = re.compile(
    rf"(?P<figures>{_FIGURES}){_IN_WORDS}(?P<words>{_STATED})|(?P<words_first>{_STATED}){_IN_FIGURES}(?P<figures_last>{_FIGURES})"
)
_FACTORS = (("百万", 10**6), ("千万", 10**7), ("万", 10**4), ("亿", 10**8))


def amounts_that_disagree(text: str) -> list[tuple[str, str]]:
    """Return the amounts that a text states in figures and in capitals beside them, where the two differ or the
    capitals cannot be read: (figures, capitals) as written, in the text's order.

    Beside means in brackets or after 大写: “1,100,000.00元（大写：人民币壹佰壹拾万元整）”,
    “110万元（人民币壹佰壹拾万元整）”, and the other way about.
    """
    return [(figures, words) for figures, words in _stated_twice(text) if not _agree(figures, words)]


def _stated_twice(text: str) -> Iterator[tuple[str, str]]:
    for found in _PAIRS.finditer(text):
        yield (found["figures"] or found["figures_last"]).strip(), (found["words"] or found["words_first"]).strip()


def _agree(figures: str, words: str) -> bool:
    number = re.match(r"[\d,.]+", figures)
    factor = next((factor for unit, factor in _FACTORS if unit in figures), 1)
    try:
        return number is not None and Decimal(number[0].replace(",", "")) * factor == read_capitals(words)
    except ValueError:
        return False


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
