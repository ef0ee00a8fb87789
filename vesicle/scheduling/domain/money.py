"""Amounts of money: whole numbers of a currency's smallest unit, never fractions of it."""

from vesicle.core.errors import Invalid

_NO_DECIMALS = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF")
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = dict.fromkeys(_NO_DECIMALS, 0) | dict.fromkeys(_THREE_DECIMALS, 3) | {"XPF": 0}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def decimals(currency: str) -> int:
    """Return how many decimals an amount in ``currency`` (ISO 4217) has: 2, for a few 0 or 3."""
    return _DECIMALS.get(currency, 2)


def from_whole(units: int, currency: str) -> int:
    """Return whole units, as prices are written, in the smallest unit: 120 dollars are 12000 cents."""
    return int(units * 10 ** decimals(currency))


def share(price: int, percent: int) -> int:
    """Return ``percent`` of an amount, halves rounded up. Whole numbers throughout."""
    return (price * percent + 50) // 100


def in_words(amount: int, currency: str) -> str:
    """Return an amount as people write it: ``$50``, ``$49.50``, ``CHF 50``."""
    places = decimals(currency)
    whole, rest = divmod(abs(amount), 10**places)
    number = f"{whole:,}" + (f".{rest:0{places}d}" if rest else "")
    sign = _SIGNS.get(currency)
    return ("-" if amount < 0 else "") + (f"{sign}{number}" if sign else f"{currency} {number}")


def read(text: str, currency: str) -> int:
    """Read an amount that somebody typed (``49.50``) in the smallest unit. Raises ``Invalid``."""
    places = decimals(currency)
    whole, _, rest = text.strip().replace(",", "").partition(".")
    if not whole.isdecimal() or (rest and not rest.isdecimal()) or len(rest) > places or len(whole) > 9:
        allowed = f"with at most {places} decimals" if places else "without decimals"
        raise Invalid(f"'{text}' is no amount in {currency}. Write a number {allowed}, such as 50.")
    return from_whole(int(whole), currency) + int((rest or "0").ljust(places, "0") or 0)
