"""Copies without names: a shop whose people can no longer be told, for outputs that leave it.

Every output is made of a :class:`~shopcrm.shop.Shop`, so a masked one masks them all:

``masks``       one value: a name, a phone, an e-mail, an address
``texts``       free text, in which any of them may stand
``pseudonyms``  ids that mean nothing without the key
``shop``        the tables of a shop, column by column
"""

from shopcrm.outputs.masked.pseudonyms import PSEUDONYM, Pseudonyms, kept_key, new_key
from shopcrm.outputs.masked.shop import masked_shop

__all__ = ["PSEUDONYM", "Pseudonyms", "kept_key", "masked_shop", "new_key"]
