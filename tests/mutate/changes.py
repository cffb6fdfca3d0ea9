"""Finds every place of a C file where one operator, constant or statement can be changed."""

import hashlib
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<skip>\s+ | /\*.*?\*/ | //[^\n]* )
  | (?P<directive>(?<![^\n])\#(?:\\\n|/\*.*?\*/|[^\n])*)
  | (?P<text>"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]* | [0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?[fF]?|[uUlL]*))
  | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
  | (?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||::|[-+*/%&|^]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

SWAPS = {
    "<": ["<="],
    "<=": ["<"],
    ">": [">="],
    ">=": [">"],
    "==": ["!="],
    "!=": ["=="],
    "&&": ["||"],
    "||": ["&&"],
    "+": ["-"],
    "-": ["+"],
    "+=": ["-="],
    "-=": ["+="],
}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"}
CONTROL = {"if", "while", "for", "switch", "return", "break", "continue", "goto", "do", "else"}
CONTROL |= {"case", "default", "sizeof", "throw", "try", "catch", "using", "delete"}
ALLOCATIONS = {"calloc", "malloc", "realloc", "mm_arena_alloc", "mm_reserve", "mm_resize"}
BORDERS = {"(", ")", "[", "]", "{", ",", ";", "=", "?", ":", "&&", "||", "return"}
NEGATED = "!"
CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Token:
    """A token of C and where it stands."""

    kind: str
    text: str
    start: int

    @property
    def end(self):
        return self.start + len(self.text)


@dataclass
class Change:
    """One change: `new` instead of the text [start, end) of a file."""

    path: str
    line: int
    start: int
    end: int
    new: str
    what: str
    context: str
    key: str = ""

    @property
    def name(self):
        """Names it without its line number, so that edits elsewhere leave the name alone."""
        return f"{self.path}: {self.what} in: {self.context}"

    def apply(self, text):
        return text[: self.start] + self.new + text[self.end :]


def tokenize(text):
    tokens = []
    for match in TOKEN.finditer(text):
        if match.lastgroup not in ("skip", "directive"):
            tokens.append(Token(match.lastgroup, match.group(), match.start()))
    return tokens


def match_brackets(tokens):
    """Maps the index of each opening bracket to that of the closing one."""
    matches = {}
    stack = []
    for i, token in enumerate(tokens):
        if token.text in CLOSES:
            stack.append(i)
        elif token.text in CLOSES.values() and stack:
            matches[stack.pop()] = i
    return matches


def function_bodies(tokens, matches):
    """The index ranges of function bodies: braces that follow a closing parenthesis."""
    i = 0
    while i < len(tokens):
        if tokens[i].text == "{" and i > 0 and tokens[i - 1].text == ")" and i in matches:
            yield i, matches[i]
            i = matches[i]
        i += 1


def is_operand(token):
    return token.kind in ("word", "number") and token.text != "return" or token.text in ")]"


def find_room(tokens, matches):
    """The indices of what stands in the arguments of allocations."""
    room = set()
    for i, token in enumerate(tokens):
        if token.text in ALLOCATIONS and i + 1 in matches:
            room.update(range(i + 1, matches[i + 1]))
    return room


def is_least_or_most(tokens, i):
    """`a < b ? a : b` and its like: where both are equal, either is the answer."""
    texts = [token.text for token in tokens[max(i - 16, 0) : i + 64]]
    i = min(i, 16)
    for n in range(1, i):
        if texts[i - n - 1] not in BORDERS:
            continue
        left = texts[i - n : i]
        if "?" not in texts[i:]:
            return False
        question = texts.index("?", i)
        right = texts[i + 1 : question]
        behind = texts[question + 1 : question + n + len(right) + 3]
        ends = [[*left, ":", *right], [*right, ":", *left]]
        if behind[:-1] in ends and behind[-1] in BORDERS:
            return True
    return False


def is_failure(tokens, i):
    """`return -1`, `? 0 : -1`, `? -1 : 0`: something failed, and so says any other such number."""
    if (tokens[i - 1].text, tokens[i].text) != ("-", "1"):
        return False
    before = [token.text for token in tokens[i - 4 : i - 1]]
    after = [token.text for token in tokens[i + 1 : i + 3]]
    if before[-1] == "return":
        return after[0] == ";"
    return before == ["?", "0", ":"] or (before[-1] == "?" and after == [":", "0"])


def constant_changes(tokens, i, is_room):
    """A number and one more or less; array sizes and empty initialisers are left alone. So are
    more room than is asked for, and how negative the result is of what failed."""
    text = tokens[i].text
    before, after = tokens[i - 1].text, tokens[i + 1].text
    if "." in text or (before == "{" and after == "}"):
        return
    if before == "[" and after == "]" and tokens[i - 3].kind == "word":
        return
    digits = text.rstrip("uUlL")
    suffix = text[len(digits) :]
    value = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
    if not is_room and not is_failure(tokens, i):
        yield text, f"{value + 1}{suffix}"
    if value > 0:
        yield text, f"{value - 1}{suffix}"


def statement_end(tokens, matches, first, last):
    """The index of the semicolon that ends a call or an assignment, or None for others."""
    if tokens[first].text in CONTROL or tokens[first].text == "{":
        return None
    if tokens[first].kind != "word" and tokens[first].text not in ("*", "++", "--", "("):
        return None
    second = tokens[first + 1]
    if tokens[first].kind == "word" and (
        second.kind == "word" or second.text in ("*", "::", ":")
    ):
        return None  # a declaration or a label
    is_call = second.text == "("
    assigns = False
    i = first
    while i < last and tokens[i].text != ";":
        if tokens[i].text in CLOSES.values():
            return None  # the end of a `for (...)`
        assigns = assigns or tokens[i].text in ASSIGNMENTS
        i = matches.get(i, i) + 1
    if i >= last or not (assigns or (is_call and matches.get(first + 1) == i - 1)):
        return None
    return i


def is_one_equality(tokens, first, last):
    """Negating such a condition is what swapping its operator does."""
    marks = [token.text for token in tokens[first:last] if token.kind == "mark"]
    return not {"&&", "||", "?"} & set(marks) and len({"==", "!="} & set(marks)) == 1


def body_changes(tokens, matches, room, opening, closing):
    """Yields (start, end, new, what) of everything that can be changed in a function."""
    for i in range(opening + 1, closing):
        token = tokens[i]
        if token.kind == "mark" and token.text in SWAPS:
            if token.text in ("+", "-") and not is_operand(tokens[i - 1]):
                continue
            if token.text in ("<", "<=", ">", ">=") and is_least_or_most(tokens, i):
                continue
            for new in SWAPS[token.text]:
                yield token.start, token.end, new, f"{token.text} -> {new}"
        elif token.kind == "number":
            for old, new in constant_changes(tokens, i, i in room):
                yield token.start, token.end, new, f"{old} -> {new}"
        elif token.text in ("if", "while") and i + 1 in matches:
            last = matches[i + 1]
            if not is_one_equality(tokens, i + 1, last):
                start, end = tokens[i + 1].start, tokens[last].end
                yield start, end, NEGATED, f"negated {token.text}"
        if tokens[i - 1].text in (";", "{", "}", ")", "else", ":"):
            last = statement_end(tokens, matches, i, closing)
            if last is not None:
                yield token.start, tokens[last].start, "", "deleted"


def line_of(text, position):
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return " ".join(text[start : end if end >= 0 else len(text)].split())


def find_all(path, text):
    """Every change of a file."""
    tokens = tokenize(text)
    matches = match_brackets(tokens)
    room = find_room(tokens, matches)
    seen = {}
    for opening, closing in function_bodies(tokens, matches):
        for start, end, new, what in body_changes(tokens, matches, room, opening, closing):
            context = line_of(text, start)
            if new is NEGATED:
                new = f"(!{text[start:end]})"
            number = seen[what, context] = seen.get((what, context), 0) + 1
            if number > 1:
                what += f" ({number})"
            line = text.count("\n", 0, start) + 1
            yield Change(path, line, start, end, new, what, context)


def find_changes(path, text, seed):
    """
    One change for each place of a file, chosen by the seed where there are several. A
    change has a key that depends on the seed, the path, its own line and nothing else, so
    that a sample of the smallest keys stays as it is when other lines change.
    """
    places = {}
    for change in find_all(path, text):
        change.key = hashlib.sha256(f"{seed}|{change.name}".encode()).hexdigest()
        place = change.start, change.end
        if place not in places or change.key < places[place].key:
            places[place] = change
    return list(places.values())
