"""One number in words as its words come in: what each adds, multiplies or ends."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from server.generation.rewriting.verification.number_words import WordKind

TEN, HUNDRED, THOUSAND = Decimal(10), Decimal(100), Decimal(1000)
_NOTHING = Decimal(0)
_ENDLESS = Decimal("Infinity")
_SMALLEST_PART = 4  # a fourth is a part as often as a place; a second and a third are places


class Token(NamedTuple):
    """A word of a phrase that may spell a number."""

    kind: WordKind
    value: Decimal
    is_doubtful: bool
    text: str
    start: int
    end: int

    @property
    def is_english_tens(self) -> bool:
        """Whether a number below ten may follow; in Urdu twenty-five is a word of its own."""
        is_word = self.kind is WordKind.NUMBER and self.text.isascii()
        return is_word and self.value >= 2 * TEN and not self.value % TEN


@dataclass
class Phrase:
    """One number as its words come in, and what could still be part of it."""

    tokens: list[Token] = field(default_factory=list[Token])
    total: Decimal = _NOTHING  # what scales of a thousand and more have closed
    part: Decimal | None = None
    limit: Decimal = _ENDLESS  # the next scale is smaller
    room: Decimal = _ENDLESS  # and so is the next number
    scale: Decimal = Decimal(1)  # the scales that it ends with
    shift: Decimal | None = None
    decimals: str | None = None
    others: list[Decimal] = field(default_factory=list[Decimal])  # what it may mean as well

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    @property
    def value(self) -> Decimal:
        return self.total + self._amount()

    @property
    def last_kind(self) -> WordKind | None:
        return self.tokens[-1].kind if self.tokens else None

    @property
    def is_fraction(self) -> bool:
        """Whether it is a half or quarters of something."""
        return self.last_kind is WordKind.FRACTION and self.value < 1

    @property
    def is_complete(self) -> bool:
        """Whether it says more than the digits in it, which are read by themselves."""
        if self.part is None and not self.total:
            return False
        return self.others != [] or {token.kind for token in self.tokens} != {WordKind.DIGITS}

    def take(self, token: Token, *, is_beside: bool = True) -> bool:
        """Make the token part of this number, if it can be."""
        if not self._fits(token, is_beside=is_beside):
            return False
        self.tokens.append(token)
        return True

    def _fits(self, token: Token, *, is_beside: bool) -> bool:
        match token.kind:
            case WordKind.NUMBER | WordKind.DIGITS:
                return self._add(token, is_beside=is_beside)
            case WordKind.SCALE:
                return self._multiply(token, is_beside=is_beside)
            case WordKind.ORDINAL:
                return is_beside and self._close(token)
            case WordKind.FRACTION:
                return self._break(token.value, is_beside=is_beside)
            case WordKind.SHIFT:
                return self._begin_shifted(token.value)
            case WordKind.POINT:
                return self._begin_decimals(is_beside=is_beside)

    def _add(self, token: Token, *, is_beside: bool) -> bool:
        if self.decimals is not None:
            return is_beside and self._add_decimals(token.value)
        if not self._has_room(token) or (self.room == TEN and not is_beside):
            return False
        self.part = (self.part or _NOTHING) + token.value + (self.shift or _NOTHING)
        self.shift = None
        self.room = TEN if token.is_english_tens and self.room > TEN else _NOTHING
        self.scale = Decimal(1)
        return True

    def _has_room(self, token: Token) -> bool:
        return token.value < self.room and (self.room != TEN or token.text.isascii())

    def _multiply(self, token: Token, *, is_beside: bool) -> bool:
        base, scale = self._find_base(), token.value
        is_open = is_beside or self.last_kind is WordKind.FRACTION
        if base is None or not is_open or scale >= self.limit:
            return False
        if scale < THOUSAND:
            if base >= HUNDRED:
                return False
            # In Urdu a hundred is written as the word for "so" is: it needs a number before it.
            self.room = scale if self.tokens or token.text.isascii() else _NOTHING
            self.part = base * scale
        else:
            self.total, self.part = self.total + base * scale, None
            self.limit = self.room = scale
        self.decimals, self.shift, self.scale = None, None, self.scale * scale
        return True

    def _find_base(self) -> Decimal | None:
        """What a scale multiplies: what stands before it, or one."""
        if self.part is not None:
            return self._amount()
        if self.total and self.shift is None:
            return None
        return 1 + (self.shift or _NOTHING)

    def _close(self, token: Token) -> bool:
        """With a place in a row a number ends: twenty-first. `Thirty second` may be seconds."""
        if self.tokens and self._has_room(token):
            if token.value == 2:  # noqa: PLR2004
                self.others.append(self.value)
            self.part = (self.part or _NOTHING) + token.value
        elif self.last_kind is WordKind.NUMBER and token.value >= _SMALLEST_PART:
            self.others.append(self.value / token.value)
            self.part = token.value
        elif self.tokens:
            return False
        else:
            self.part = token.value
            self.others += [1 / token.value] if token.value >= _SMALLEST_PART else []
        self.room = self.limit = _NOTHING
        return True

    def _break(self, fraction: Decimal, *, is_beside: bool) -> bool:
        """Halves and quarters: alone, of a number (three quarters), or more (two and a half)."""
        if not self.tokens:
            self.part = fraction
        elif self.part is None or self.last_kind not in {WordKind.NUMBER, WordKind.DIGITS}:
            return False
        else:
            self.part = self.part * fraction if is_beside else self.part + fraction
        self.room = _NOTHING
        return True

    def _begin_shifted(self, shift: Decimal) -> bool:
        if self.part is not None or (self.tokens and self.room < THOUSAND):
            return False
        self.shift = shift
        return True

    def _begin_decimals(self, *, is_beside: bool) -> bool:
        is_whole = self.part is not None and self.part == self.part.to_integral_value()
        is_open = is_beside and self.last_kind is WordKind.NUMBER and self.decimals is None
        if not is_open or not is_whole:
            return False
        self.decimals = ""
        return True

    def _add_decimals(self, value: Decimal) -> bool:
        if value >= HUNDRED or value != value.to_integral_value():
            return False
        self.decimals = (self.decimals or "") + format(value, "f")
        return True

    def _amount(self) -> Decimal:
        part = self.part or _NOTHING
        return Decimal(f"{part:f}.{self.decimals}") if self.decimals else part
