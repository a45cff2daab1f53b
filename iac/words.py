"""Durations and US dollars as a person reads them, and names as a shell does."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, whose import takes longer than telling of a wrong file
if TYPE_CHECKING:
    from datetime import timedelta
    from decimal import Decimal


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `1 h 5 min`, `3 days`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def in_hours(time: timedelta) -> Decimal:
    """Hours, exactly."""
    from datetime import timedelta
    from decimal import Decimal

    return Decimal(time // timedelta(microseconds=1)) / Decimal(3_600_000_000)


def usd(amount: Decimal) -> str:
    """`$1.81`, `$1,203.40`, `less than $0.01`."""
    return _rounded(amount, "0.01")


def dollars(amount: Decimal) -> str:
    """An amount as a person would round it: `$793`, `$7.70`, `less than $0.01`."""
    return _rounded(amount, "1" if amount >= 100 else "0.01")


def _rounded(amount: Decimal, unit: str) -> str:
    from decimal import ROUND_HALF_UP, Decimal

    return "less than $0.01" if amount < Decimal("0.01") else f"${amount.quantize(Decimal(unit), ROUND_HALF_UP):,}"


def exact(amount: Decimal) -> str:
    """An amount with all its digits, to compare it with a limit: `$0.543`, `$1.00`."""
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"${amount:,.{digits}f}"


def shell_word(text: str) -> str:
    """The text as one argument of a shell command, whatever stands in it, and on a screen as well.

    What is not printable is written in octal, and a backquote, which would end a command in backquotes: $'...' of bash, zsh
    and POSIX 2024. A name that begins with a dash would be an option, so the file of that name has ./ in front.
    """
    text = f"./{text}" if text.startswith("-") else text
    if text.isprintable() and "`" not in text:
        import shlex

        return shlex.quote(text)
    encoded = text.encode("utf-8", "surrogateescape")
    spelled = (chr(each) if 32 <= each < 127 and each not in b"'\\`" else f"\\{each:03o}" for each in encoded)
    return f"$'{''.join(spelled)}'"
