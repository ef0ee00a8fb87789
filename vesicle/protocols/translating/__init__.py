"""Protocol texts in other languages: catalogs beside the protocols, laid over them text by text. Plain Python.

A text has its translation under its exact English words. One whose English changed has none, and is shown in English:
nothing here has a version of its own, and nothing but text ever changes.
"""

from vesicle.protocols.translating.catalogs import Catalog, catalog, languages, translation
from vesicle.protocols.translating.laying import ENGLISH, bank_in, laid, words_of
from vesicle.protocols.translating.marks import Place, places, replaced
from vesicle.protocols.translating.stock import Stock, Text, names, needed, stock, write

__all__ = [
    "ENGLISH",
    "Catalog",
    "Place",
    "Stock",
    "Text",
    "bank_in",
    "catalog",
    "laid",
    "languages",
    "names",
    "needed",
    "places",
    "replaced",
    "stock",
    "translation",
    "words_of",
    "write",
]
