"""Reads a rule: ``orders >= 3 and province in ["广东"] and last_order within 60 days``.

By recursive descent. The grammar, with the words of ``words.toml`` and the facts of ``words.py``::

    rule   = all { or all }
    all    = single { and single }
    single = not single | ( rule ) | test
    test   = label | flag | anyone | segment TEXT | known FACT | missing FACT
           | bought TEXTS [ within ]
           | FACT compare value | FACT [not] in [ values ] | FACT [not] contains TEXTS
           | FACT between value to value | DATE within
    within = [ in | within ] NUMBER days [ inside ]
    value  = NUMBER [ unit ] | TEXT | DAY | NUMBER days [ ago ]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.errors import PolicyError
from shopcrm.labels import find, names, t
from shopcrm.policy import did_you_mean
from shopcrm.segments.own.tokens import Token, tokens
from shopcrm.segments.own.tree import Joined, Opposite, Rule, Test, Value
from shopcrm.segments.own.words import CLOSED, Word, marks, vocabulary
from shopcrm.sources.cells.clean import as_region, fold, short_city

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_COMPARE: Final = ("ge", "le", "ne", "eq", "gt", "lt")
_AMONG: Final = ("in", "not_in")
_INSIDE: Final = ("contains", "not_contains")
_ORDERED: Final = ("number", "money", "date")
_DEEPEST: Final = 50
"""Brackets and negations within each other; nobody writes so many."""


def parse_rule(
    rule: str, name: str, earlier: Sequence[str] = (), path: Path | str = "", line: int = 1
) -> Rule:
    """Return what a rule means.

    Args:
        rule: as the owner wrote it.
        name: of the segment, for messages.
        earlier: names of the segments that stand above it, which it may speak of.
        path: of the file with it, for messages.
        line: likewise.

    Raises:
        PolicyError: it is none; the message names the place and the likely word.
    """
    return _Parser(rule, name, earlier, path, line).whole()


class _Parser:
    def __init__(
        self, rule: str, name: str, earlier: Sequence[str], path: Path | str, line: int
    ) -> None:
        self.rule, self.name, self.earlier, self.path, self.line = rule, name, earlier, path, line
        self.tokens = list(tokens(rule))
        self.at = 0
        self.depth = 0

    def whole(self) -> Rule:
        found = self.either()
        if self.here.kind != "end":
            raise self.wrong("rule_end")
        return found

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.here
        self.at += token.kind != "end"
        return token

    def skip(self, *names: str) -> bool:
        """Step over a mark if one of these stands here, and tell whether it did."""
        found = self.here.is_mark(*names)
        self.at += found
        return found

    def either(self) -> Rule:
        parts = [self.every()]
        while self.skip("or"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def every(self) -> Rule:
        parts = [self.single()]
        while self.skip("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def single(self) -> Rule:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong("rule_deep")
        found: Rule
        if self.skip("not", "ne"):  # 不是 before a label is a not
            found = Opposite(self.single())
        elif self.skip("open"):
            found = self.either()
            if not self.skip("close"):
                raise self.wrong("rule_close")
        else:
            found = self.test()
        self.depth -= 1
        return found

    def test(self) -> Rule:
        start = self.at
        token = self.take()
        word = token.word
        if word is None:
            self.at = start
            raise self.wrong("rule_fact")
        if word.kind in ("label", "flag"):
            return self.made(start, word.kind, word)
        if word.kind != "mark":
            return self.of_fact(start, word)
        return self.of_mark(start, word)

    def of_mark(self, start: int, word: Word) -> Test:
        """Read a test that begins with a mark: ``bought``, ``known``, ``segment``, ``anyone``."""
        if word.name in ("known", "missing"):
            fact = self.here.word
            if fact is None or fact.kind in ("mark", "label"):
                raise self.wrong("rule_fact")
            self.take()
            return self.made(start, word.name, fact)
        if word.name == "bought":
            values = self.texts()
            ago = self.here.is_mark("in", "within") or self.is_number_of_days()
            return self.made(start, "bought", word, values, self.days() if ago else 0)
        if word.name == "segment":
            return self.of_segment(start)
        if word.name == "anyone":
            return self.made(start, "anyone", word)
        self.at = start
        raise self.wrong("rule_fact")

    def of_fact(self, start: int, fact: Word) -> Test:
        date = fact.kind == "date"
        if date and (self.is_number_of_days() or self.within_follows()):
            days = self.days()
            return self.made(start, "within", fact, (float(days),), days=1)
        token = self.here
        compare = next((name for name in _COMPARE if token.is_mark(name)), "")
        ordered = fact.kind in _ORDERED
        if compare and (ordered or compare in ("eq", "ne")):
            self.take()
            value, ages = self.value(fact)
            return self.made(start, compare, fact, (value,), days=int(ages))
        if ordered and (self.skip("between") or token.kind == "number"):
            return self.of_span(start, fact)
        opposed = self.skip("not")
        if self.skip("in") or self.here.is_mark("not_in"):
            opposed |= self.skip("not_in")
            return self.made(start, _AMONG[opposed], fact, self.listed(fact))
        if fact.kind == "text" and (self.skip("contains") or self.here.is_mark("not_contains")):
            opposed |= self.skip("not_contains")
            return self.made(start, _INSIDE[opposed], fact, tuple(map(fold, self.texts())))
        raise self.wrong("rule_compare")

    def of_span(self, start: int, fact: Word) -> Test:
        """Read the two ends of a span, both of which belong to it."""
        low, ages = self.value(fact)
        if not self.skip("to", "and"):
            raise self.wrong("rule_to")
        high, also = self.value(fact)
        if ages != also:
            raise self.wrong("rule_to")
        return self.made(start, "between", fact, (low, high), days=int(ages))

    def of_segment(self, start: int) -> Test:
        token = self.here
        if token.kind != "text":
            raise self.wrong("rule_text")
        if token.text not in self.earlier:
            near = did_you_mean(token.text, self.earlier)
            raise self.wrong("rule_segment", near=f"{near}? " if near else "")
        self.take()
        return self.made(start, "segment", Word("label", token.text))

    def within_follows(self) -> bool:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return self.here.is_mark("in", "within") and not after.is_mark("first")

    def is_number_of_days(self) -> bool:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        further = self.tokens[min(self.at + 2, len(self.tokens) - 1)]
        return self.here.kind == "number" and after.is_mark("days") and not further.is_mark("to")

    def days(self) -> int:
        """Read ``within 60 days``, 最近 60 天, 在 60 天内."""
        while self.skip("in", "within"):
            pass
        token = self.here
        if token.kind != "number" or token.number != int(token.number) or token.number < 0:
            raise self.wrong("rule_days")
        self.take()
        if not self.skip("days"):
            raise self.wrong("rule_days")
        self.skip("inside")
        return int(token.number)

    def value(self, fact: Word) -> tuple[Value, bool]:
        """Read a value of a fact; of a date also an age in days, and tell which it was."""
        token = self.here
        if fact.kind in ("number", "money"):
            if token.kind != "number":
                raise self.wrong("rule_number")
            self.take()
            self.skip("unit", "days")
            return token.number * (100 if fact.kind == "money" else 1), False
        if fact.kind == "date":
            if token.kind == "number":
                self.take()
                if not self.skip("days"):
                    raise self.wrong("rule_days")
                self.skip("ago")
                return token.number, True
            day = token.day
            if token.kind == "text":
                inner = next(tokens(token.text))
                day = inner.day if inner.stop == len(token.text) else None
            if day is None:
                raise self.wrong("rule_day")
            self.take()
            return day, False
        return self.text(fact), False

    def text(self, fact: Word) -> str:
        token = self.here
        if token.kind != "text":
            raise self.wrong("rule_text")
        if fact.name in CLOSED:
            section = CLOSED[fact.name]
            known = find(section, token.text) or fold(token.text)
            if known not in names(section) and fact.name != "platform":
                words = [t(f"{section}.{one}", "zh") for one in names(section)]
                near = did_you_mean(token.text, [*words, *names(section)])
                raise self.wrong("rule_value", fact=fact.name, near=near or ", ".join(words))
            self.take()
            return known
        self.take()
        if fact.name == "province":
            return fold(as_region(token.text)[0] or token.text)
        return fold(short_city(token.text) if fact.name == "city" else token.text)

    def texts(self) -> tuple[str, ...]:
        """Read one text in quotes, or several in brackets."""
        if not self.skip("first"):
            if self.here.kind != "text":
                raise self.wrong("rule_text")
            return (self.take().text,)
        found = []
        while not self.skip("last"):
            if self.here.kind != "text":
                raise self.wrong("rule_text")
            found.append(self.take().text)
            if not self.skip("comma") and not self.here.is_mark("last"):
                raise self.wrong("rule_list")
        if not found:
            raise self.wrong("rule_text")
        return tuple(found)

    def listed(self, fact: Word) -> tuple[Value, ...]:
        if not self.skip("first"):
            raise self.wrong("rule_list")
        found = []
        while not self.skip("last"):
            value, ages = self.value(fact)
            if ages:
                raise self.wrong("rule_day")
            found.append(value)
            if not self.skip("comma") and not self.here.is_mark("last"):
                raise self.wrong("rule_list")
        return tuple(found)

    def made(
        self,
        start: int,
        operator: str,
        word: Word,
        values: tuple[Value, ...] = (),
        days: int = 0,
    ) -> Test:
        source = self.rule[self.tokens[start].start : self.tokens[self.at - 1].stop].strip()
        fact = word.name if word.kind != "mark" else ""
        return Test(source, operator, fact, word.kind, values, days)  # type: ignore[arg-type]

    def wrong(self, key: str, **more: object) -> PolicyError:
        """Return the error that says what is wrong at the piece that stands here."""
        token = self.here
        values = {
            "path": self.path,
            "line": self.line,
            "name": self.name,
            "column": token.start + 1,
            "word": token.text or self.tokens[max(self.at - 1, 0)].text,
        }
        if token.kind == "unknown":
            known = set(vocabulary()) - marks() if key == "rule_fact" else set(vocabulary())
            near = did_you_mean(token.text, sorted(known))
            key = "rule_word" if near else "rule_no_word"
            values["near"] = near
        return PolicyError(key, **{**values, **more})
