"""A whole criteria tree as one function, written once when a policy is loaded: the same results as its closures, without a call for every node.

Nothing of a policy's text gets into the program: its names, values and thresholds are constants that the program refers to by number.
"""

from __future__ import annotations

from typing import Any

from services.criteria.engine.leaves import Leaf
from services.criteria.engine.scope import Closure, Mark
from services.criteria.engine.values import NOT_MET, UNKNOWN

START = """def run(scope):
 M = scope.member.get
 L = scope.line.get
 I = scope.item.get
 t = scope.trusting
 lists = scope.top.lists
 memo = scope.memo
"""
LEAST, MOST = "<", ">"


def fused(mark: Mark) -> Closure:
    """The function of a tree."""
    program = Program()
    result = program.node(mark, 1, "scope")
    text = f"{START}{''.join(program.lines)} return {result}\n"
    known = program.constants
    exec(compile(text, f"<policy {mark.id}>", "exec"), known)  # noqa: S102 - made of our own words and numbered constants only
    made: Closure = known["run"]
    return made


class Program:
    """The lines of a function, with the constants that they refer to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.count = 0

    def put(self, depth: int, text: str) -> None:
        """One line."""
        self.lines.append(f"{' ' * depth}{text}\n")

    def constant(self, value: Any) -> str:
        """The name of a constant."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def variable(self) -> str:
        """A name that no other result has."""
        self.count += 1
        return f"r{self.count}"

    def node(self, mark: Mark, depth: int, scope: str) -> str:
        """Writes a node; the name of its result."""
        if mark.reads is not None:
            result = self.leaf(mark.reads, depth)
        elif mark.kind in {"all", "any", "none"}:
            result = self.group(mark, depth, scope)
        elif mark.kind == "some" and len(mark.below) == 1:
            result = self.listed(mark, depth)
        else:
            result = self.called(mark, depth, scope)
        if mark.kept_as is not None:
            self.put(depth, f"memo[{self.constant(mark.kept_as)}] = {result}")
        return result

    def called(self, mark: Mark, depth: int, scope: str) -> str:
        """A node that stays a call: a reference, a rare kind of leaf, a group that counts, a waiver, a list with a `where`."""
        result = self.variable()
        self.put(depth, f"{result} = {self.constant(mark.run)}({scope})")
        return result

    def leaf(self, leaf: Leaf, depth: int) -> str:
        """A leaf: the fact is absent, or sound, or looked at a second time."""
        result, get = self.variable(), {"member": "M", "line": "L", "item": "I"}[leaf.place]
        mark, test = self.constant(leaf.mark), self.constant(leaf.test)
        absent = self.constant(leaf.unassumed)
        nothing = absent if leaf.nothing is leaf.unassumed else f"{self.constant(leaf.nothing)} if t else {absent}"
        self.put(depth, f"k = {get}({self.constant(leaf.path)})")
        self.put(depth, "if k is None:")
        self.put(depth + 1, f"{result} = {nothing}")
        self.put(depth, "elif k.sound:")
        if leaf.states:
            self.put(depth + 1, f"s = {self.constant(leaf.states.get)}(k.value)")
            self.put(depth + 1, f"{result} = ({mark}, {test}(k.value) if s is None else s, None, k, None, None)")
        else:
            self.put(depth + 1, f"{result} = ({mark}, {test}(k.value), None, k, None, None)")
        self.put(depth, "else:")
        self.put(depth + 1, f"{result} = {self.constant(leaf.unsound)}(k)")
        return result

    def group(self, mark: Mark, depth: int, scope: str) -> str:
        """The least of the members, the most, or the contrary of the most."""
        below = [self.node(one, depth, scope) for one in mark.below]
        result, sign = self.variable(), LEAST if mark.kind == "all" else MOST
        self.put(depth, f"s = {below[0]}[1]")
        for one in below[1:]:
            self.put(depth, f"x = {one}[1]")
            self.put(depth, f"if x {sign} s: s = x")
        state = "2 - s" if mark.kind == "none" else "s"
        self.put(depth, f"{result} = ({self.constant(mark)}, {state}, None, None, ({', '.join(below)},), None)")
        return result

    def listed(self, mark: Mark, depth: int) -> str:
        """A list of which one item must fit."""
        result, items, found, state = self.variable(), self.variable(), self.variable(), self.variable()
        name, item = self.constant(mark), self.constant(mark.item)
        self.put(depth, f"{items} = lists[{self.constant(mark.path)}]")
        self.put(depth, f"{found} = []")
        self.put(depth, f"{state} = {NOT_MET}")
        self.put(depth, f"for it in {items}.scopes:")
        self.put(depth + 1, "I = it.item.get")
        body = self.node(mark.below[0], depth + 1, "it")
        self.put(depth + 1, f"x = {body}[1]")
        self.put(depth + 1, f"{found}.append(({item}, x, {body}[2], None, ({body},), it.subject))")
        self.put(depth + 1, "n = it.inside")
        self.put(depth + 1, "if n < x: x = n")
        self.put(depth + 1, f"if x > {state}: {state} = x")
        self.put(depth, f"if {state} == {NOT_MET} and not {items}.closed: {result} = ({name}, {UNKNOWN}, 'open_list', None, {found}, None)")
        self.put(depth, f"else: {result} = ({name}, {state}, None, None, {found}, None)")
        return result
