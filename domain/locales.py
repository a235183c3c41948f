"""How languages write numbers in files: the sign before the decimals, and so between columns."""

from __future__ import annotations

# Unicode CLDR 43: languages that write 1,5, and regions that differ from their language.
_COMMA = frozenset(
    """
    af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lb lo lt lv mk
    nb nn no nl pl pt rm ro ru rw sk sl sq sr sv tg tk tr tt uk uz vi
    """.split()  # noqa: SIM905  # 60 quoted codes would be a page
)
_DIFFERENT = {
    "ar": "DZ LB LY MA TN",
    "de": "CH LI",
    "en": "AT BE CZ DE DK EE ES FI FR GE HU ID IT LT LV NL NO PL PT RO SE SI SK UA ZA",
    "es": "BR BZ CU DO GT HN MX NI PA PE PR SV US 419",
    "it": "CH",
    "kk": "CN",
    "ms": "BN ID",
}


def decimal_sign(locale: str) -> str:
    """The sign before the decimals of a number: `,` or `.`, by a BCP 47 tag."""
    language, *rest = locale.replace("_", "-").split("-")
    region = next((part.upper() for part in rest if len(part) in (2, 3)), "")
    is_other = region in _DIFFERENT.get(language.lower(), "").split()
    return "," if (language.lower() in _COMMA) != is_other else "."


def list_sign(locale: str) -> str:
    """What spreadsheets expect between columns: `;` where decimals take the comma."""
    return ";" if decimal_sign(locale) == "," else ","
