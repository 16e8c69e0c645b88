"""What is written inside a template's tags: words of the document, conditions and loops, and nothing else.

Two walls: `judge` reads every tag and names what is not taken before anything runs; `environment` gives what runs
nothing but dicts, lists and plain values to reach for, no attribute of any Python object, nothing to call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from events.printing.template_problems import Reason, TemplateProblem
from events.printing.template_tags import KEYWORDS, Tag

TAKEN_FILTERS = ("default", "first", "join", "last", "length", "lower", "trim", "upper")
TAKEN_TESTS = ("defined", "undefined", "none", "odd", "even", "eq", "ne", "lt", "le", "gt", "ge", "in")
LOOP_FACTS = ("index", "index0", "revindex", "revindex0", "first", "last", "length")
PLAIN_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Const, nodes.Tuple),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Filter, nodes.Test, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg, nodes.List),
)
UNKNOWN, LOOP = object(), object()  # a value of which the sample says nothing; the variable `loop`

Scope = dict[str, Any]


class Environment(ImmutableSandboxedEnvironment):
    """Reaches into dicts by name and lists by number; everything else is undefined, every call refused."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of a dict or a fact of a loop."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_FACTS:
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a dict, or an item or a slice of a list or text."""
        if isinstance(obj, Mapping | list | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=str(argument)[:60])

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False


def environment(finalize: Callable[[object], object] | None = None) -> Environment:
    """The environment in which templates of other people run: values escaped, an unknown word is an error."""

    def shown(value: object) -> object:
        if value is None:
            return ""
        return finalize(value) if finalize else value

    made = Environment(autoescape=True, undefined=StrictUndefined, finalize=shown, cache_size=0)
    made.globals.clear()
    made.filters = {name: FILTERS[name] for name in TAKEN_FILTERS}
    made.tests = {name: TESTS[name] for name in TAKEN_TESTS}
    return made


def not_taken(tree: nodes.Node) -> str:
    """The first thing in a parsed template that is not taken, by its name; empty if there is none."""
    for node in (tree, *tree.find_all(nodes.Node)):
        if isinstance(node, nodes.For) and node.recursive:
            return "recursive"
        if isinstance(node, nodes.Filter) and node.name not in TAKEN_FILTERS:
            return node.name
        if isinstance(node, nodes.Test) and node.name not in TAKEN_TESTS:
            return node.name
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return node.attr
        if not isinstance(node, PLAIN_NODES):
            return _call_name(node) or type(node).__name__.lower()
    return ""


def _call_name(node: nodes.Node) -> str:
    """What a call calls, as far as it has a name."""
    called = node.node if isinstance(node, nodes.Call) else None
    if isinstance(called, nodes.Getattr):
        return f"{called.attr}()"
    return f"{called.name}()" if isinstance(called, nodes.Name) else ""


def judge(tags: list[Tag], sample: Mapping[str, Any]) -> Iterator[TemplateProblem]:
    """What is wrong inside the tags of a part, in their order; the sample tells which words there are."""
    made = environment()
    scopes: list[Scope] = [dict(sample)]
    for tag in tags:
        if tag.kind == "{#":
            continue
        problem, tree = _parsed(made, tag)
        if problem is not None:
            yield problem
        scope = scopes[-1]
        if tree is not None:
            yield from _Names(tag, scope).problems(tree)
        if tag.keyword in ("for", "if"):
            scopes.append(_within(tag, tree, scope))
        elif tag.keyword.startswith("end") and len(scopes) > 1:
            scopes.pop()


def _parsed(made: Environment, tag: Tag) -> tuple[TemplateProblem | None, nodes.Template | None]:
    """The tag by itself as Jinja reads it; or what is wrong with it."""
    if tag.kind == "{%" and tag.keyword not in KEYWORDS:
        return tag.problem(Reason.NOT_TAKEN, tag.keyword or "%"), None
    source = f"{{{{ {tag.inside} }}}}"
    if tag.keyword:
        opened = "if" if tag.keyword == "elif" else tag.keyword
        source = f"{{% {opened} {tag.inside} %}}{{% end{opened} %}}"
    if tag.keyword in ("else", "endif", "endfor"):
        return (tag.problem(Reason.SYNTAX) if tag.inside else None), None
    if tag.inside[:1] in {"-", "+"} or tag.inside[-1:] in {"-", "+"}:  # would swallow the paragraph's end
        return tag.problem(Reason.SYNTAX), None
    try:
        tree = made.parse(source)
    except (TemplateSyntaxError, RecursionError) as error:
        named = str(error).partition("No filter named '")[2] or str(error).partition("No test named '")[2]
        reason = Reason.NOT_TAKEN if named else Reason.SYNTAX
        return tag.problem(reason, named.partition("'")[0]), None
    if name := not_taken(tree):
        return tag.problem(Reason.NOT_TAKEN, name), None
    return None, tree


def _within(tag: Tag, tree: nodes.Template | None, scope: Scope) -> Scope:
    """The words inside a block; those of a loop that cannot be read are taken as they come."""
    loop = next(tree.find_all(nodes.For), None) if tree is not None else None
    if loop is None:
        return scope if tag.keyword == "if" else _Anything(scope)
    item = _one_of(_Names(tag, scope).value(loop.iter))
    if isinstance(loop.target, nodes.Name):
        return {**scope, "loop": LOOP, loop.target.name: item}
    names = [name.name for name in loop.target.find_all(nodes.Name)]
    return {**scope, "loop": LOOP, **dict.fromkeys(names, UNKNOWN)}


class _Anything(Scope):
    """Words of which nothing can be said."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, _name: str) -> object:
        return UNKNOWN


def _one_of(items: Any) -> Any:
    """An item of a list as the sample shows them, with the words of all; UNKNOWN if it shows none."""
    if not isinstance(items, list) or not items:
        return UNKNOWN
    if all(isinstance(item, Mapping) for item in items):
        return {name: value for item in items for name, value in item.items()}
    return items[0]


class _Names:
    """The words of one tag, looked up in what is known where it stands."""

    def __init__(self, tag: Tag, scope: Scope) -> None:
        self.tag, self.scope = tag, scope
        self._found: dict[str, Reason] = {}
        self._values: dict[type[nodes.Node], Callable[[Any], Any]] = {
            nodes.Name: self._name,
            nodes.Getattr: self._entry,
            nodes.Getitem: self._item,
            nodes.Filter: self._filtered,
            nodes.Test: self._tested,
            nodes.Const: lambda node: node.value,
        }

    def problems(self, tree: nodes.Template) -> Iterator[TemplateProblem]:
        """Words that do not exist, and lists that are printed."""
        for node in tree.body:
            parts = node.nodes if isinstance(node, nodes.Output) else [*_conditions(node)]
            for part in parts:
                value = self.value(part)
                if isinstance(node, nodes.Output) and isinstance(value, dict | list):
                    self._found[self.tag.inside] = Reason.NOT_TEXT
        yield from (self.tag.problem(reason, name) for name, reason in self._found.items())

    def value(self, node: nodes.Node) -> Any:
        """What the sample has for an expression; UNKNOWN where that cannot be said."""
        look_up = self._values.get(type(node))
        if look_up is not None:
            return look_up(node)
        for child in node.iter_child_nodes():
            self.value(child)
        return UNKNOWN

    def _name(self, node: nodes.Name) -> Any:
        if node.ctx != "load":
            return UNKNOWN
        if node.name not in self.scope:
            self._found[node.name] = Reason.UNKNOWN_WORD
            return UNKNOWN
        return self.scope[node.name]

    def _entry(self, node: nodes.Getattr) -> Any:
        above = self.value(node.node)
        if above is UNKNOWN or above is None:
            return UNKNOWN
        if above is LOOP and node.attr in LOOP_FACTS:
            return UNKNOWN
        if isinstance(above, Mapping) and node.attr in above:
            return above[node.attr]
        self._found[node.attr] = Reason.UNKNOWN_WORD
        return UNKNOWN

    def _item(self, node: nodes.Getitem) -> Any:
        above, key = self.value(node.node), self.value(node.arg)
        if isinstance(above, Mapping) and isinstance(key, str):
            return self._entry(nodes.Getattr(node.node, key, "load"))
        if isinstance(above, list) and isinstance(key, int) and -len(above) <= key < len(above):
            return above[key]
        return UNKNOWN

    def _filtered(self, node: nodes.Filter) -> Any:
        before = dict(self._found)
        values = [self.value(child) for child in node.iter_child_nodes()]
        if node.name == "default":
            self._found = before  # asks whether there is such a word
        return _one_of(values[0]) if node.name in ("first", "last") else UNKNOWN

    def _tested(self, node: nodes.Test) -> Any:
        before = dict(self._found)
        for child in node.iter_child_nodes():
            self.value(child)
        if node.name in ("defined", "undefined"):
            self._found = before
        return UNKNOWN


def _conditions(node: nodes.Node) -> Iterator[nodes.Node]:
    """The expressions of an `if` or `for`."""
    if isinstance(node, nodes.For):
        yield node.iter
    if isinstance(node, nodes.If):
        yield node.test


def undefined_name(error: Exception) -> str:
    """The word that an UndefinedError speaks of."""
    return str(error).rpartition(" is undefined")[0].strip("'") or str(error).rpartition(" ")[2].strip("'")
