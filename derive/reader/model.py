"""One function of a file as a Program: arguments, body, outputs, docstring."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from fractions import Fraction

from derive.algebra.nodes import Node, Symbol
from derive.dims import code_shape
from derive.errors import DeriveError, Place
from derive.program.program import Argument, Program
from derive.reader.annotations import annotation_text, parse_annotation
from derive.reader.body import Body, check_decorators, output_value
from derive.reader.contexts import Context
from derive.reader.imports import Scope
from derive.reader.names import check_name
from derive.reader.session import Session
from derive.reader.source import Source
from derive.reader.values import NOTHING, Constant, Frame, Names, describe

Same = Mapping[str, str]
_NUMBER_TYPES = ("float", "int")


def read_model(
    source: Source, tree: ast.FunctionDef, scope: Scope, same: Same, verify: bool = True
) -> Program:
    """Return the Program of one function."""

    def retry(place: Place, changed: str) -> bool:
        return _fits_with(source, tree, scope, same, place, changed)

    session = Session(source, tree.name, retry if verify else None)
    session.library = scope.library
    check_name(tree.name, source.place(tree), "model")
    if check_decorators(source, tree) is Context.CONSTANT:
        raise DeriveError(
            f"{tree.name} stands under torch.no_grad, and has no gradients",
            where=source.place(tree.decorator_list[0]),
            hint="leave the decorator out",
        )
    try:
        return _Model(session, tree, scope, dict(same)).read()
    except RecursionError:
        raise DeriveError(
            f"{tree.name} nests calls and expressions deeper than can be read",
            where=source.place(tree, len("def")),
        ) from None


def _fits_with(
    source: Source, tree: ast.FunctionDef, scope: Scope, same: Same, place: Place, changed: str
) -> bool:
    """Whether the model can be read with a piece of its text replaced."""
    if place.text not in source.lines or place.file != source.shown:
        return False
    lines = list(source.lines)
    at = place.line - source.first
    lines[at] = place.text[: place.column - 1] + changed + place.text[place.end_column - 1 :]
    try:
        again = source.changed("\n".join(lines))
        found = [
            node
            for node in ast.walk(again.tree)
            if isinstance(node, ast.FunctionDef) and node.name == tree.name
        ]
        same_place = [node for node in found if node.lineno == tree.lineno]
        read_model(again, same_place[0], scope.of(again), same, verify=False)
    except (DeriveError, IndexError):
        return False
    return True


class _Model:
    """The reading of one function."""

    def __init__(
        self, session: Session, tree: ast.FunctionDef, scope: Scope, same: dict[str, str]
    ) -> None:
        self.session = session
        self.tree = tree
        self.scope = scope
        self.same = same
        self.source = session.source
        self.frame = Frame(scope, Names(), None, tree.name)
        self.body = Body(session, same)
        self.body.model = tree
        self.shapes: dict[str, tuple] = {}

    def read(self) -> Program:
        session, tree = self.session, self.tree
        arguments = self._arguments()
        session.model = tree
        self.body.frames.append(self.frame)
        value = self.body.block(tree.body, self.frame)
        outputs = self._outputs(value)
        title, words = read_docstring(ast.get_docstring(tree, clean=False))
        made = Program(
            name=tree.name,
            path=self.source.path,
            line=tree.lineno + self.source.first - 1,
            source=self._text(),
            title=title,
            words={},
            arguments=tuple(self._fixed(argument) for argument in arguments),
            equations=session.numbered(),
            outputs=outputs,
            aliases=session.aliases,
            remarks=tuple(session.remarks),
            returns_tuple=isinstance(value, tuple),
        )
        known = {*made.symbols, *made.dimensions, *made.aliases}
        made.words.update({name: text for name, text in words.items() if name in known})
        return made

    def _text(self) -> str:
        if self.source.whole:
            return self.source.whole
        lines = self.source.lines[self.tree.lineno - 1 : self.tree.end_lineno]
        return textwrap.dedent("\n".join(lines))

    def _fixed(self, argument: Argument) -> Argument:
        if argument.name not in self.session.fixed:
            return argument
        return Argument(argument.symbol, argument.place, argument.default, fixed=True)

    # Arguments

    def _arguments(self) -> list[Argument]:
        spec = self.tree.args
        for starred in (spec.vararg, spec.kwarg):
            if starred is not None:
                raise self._fault(
                    starred,
                    f"a model has no *{starred.arg}: each argument needs a name and a shape",
                )
        positional = [*spec.posonlyargs, *spec.args]
        missing = len(positional) - len(spec.defaults)
        defaults = [*([None] * missing), *spec.defaults, *spec.kw_defaults]
        roles = ["data"] * len(positional) + ["parameter"] * len(spec.kwonlyargs)
        found = []
        for tree, default, role in zip(
            (*positional, *spec.kwonlyargs), defaults, roles, strict=True
        ):
            argument = self._argument(tree, default, role)
            if argument is not None:
                found.append(argument)
                self.session.take_argument(argument.symbol, argument.place)
        return found

    def _argument(self, tree: ast.arg, default: ast.expr | None, role: str) -> Argument | None:
        where = self.source.place(tree, len(tree.arg))
        check_name(tree.arg, where, "argument")
        annotation = tree.annotation
        text = None if annotation is None else annotation_text(annotation)
        is_number = isinstance(annotation, ast.Name) and annotation.id in _NUMBER_TYPES
        if text is None and default is not None and (annotation is None or is_number):
            return self._constant(tree, default, where)
        if text is None:
            raise self._without_shape(tree, where)
        if default is not None:
            raise DeriveError(
                f"the array {tree.arg} has a default value",
                where=where,
                needed=("Only constants have defaults: eps=1e-5, without an annotation.",),
                hint="leave the default out",
            )
        if text not in self.shapes:
            assert annotation is not None
            place = self.source.place(annotation)
            self.shapes[text] = parse_annotation(text, place, self.same)
        shape, kind = self.shapes[text]
        symbol = Symbol(tree.arg, shape, role, kind)
        self.frame.names[tree.arg] = symbol
        return Argument(symbol, where)

    def _without_shape(self, tree: ast.arg, where: Place) -> DeriveError:
        found = f"the argument {tree.arg} has no shape"
        if tree.annotation is not None:
            written = self.source.segment(tree.annotation)
            found = f"the annotation {written} of {tree.arg} tells no shape"
        return DeriveError(
            found,
            where=where,
            needed=("An array is annotated with its dimensions, a constant has a number.",),
            hint=f'write {tree.arg}: "n d", with names for its dimensions ("" for a number)',
        )

    def _constant(self, tree: ast.arg, default: ast.expr, where: Place) -> Argument | None:
        value = self.body.evaluate(default, Frame(self.scope))
        if isinstance(value, bool | str) or value is None:
            self.frame.names[tree.arg] = value
            self.session.remark(f"{tree.arg} is taken as {value!r}, its default")
            return None
        if not isinstance(value, int | Fraction):
            raise self._fault(
                default,
                f"the default of {tree.arg} is {describe(value)}, and a constant is a number",
            )
        symbol = Symbol(tree.arg, (), "constant")
        self.frame.names[tree.arg] = Constant(value, symbol, frozenset((tree.arg,)))
        return Argument(symbol, where, Fraction(value))

    def _fault(self, tree: ast.AST, found: str) -> DeriveError:
        return DeriveError(found, where=self.source.place(tree))

    # Outputs

    def _outputs(self, value: object) -> tuple[Symbol, ...]:
        if value is NOTHING or value is None:
            raise DeriveError(
                f"{self.tree.name} returns nothing",
                where=self._head(),
                hint="end it with return and the array, or the arrays, that it computes",
            )
        statement = self._last_return()
        values = list(value) if isinstance(value, tuple) else [value]
        if not values:
            raise self._fault(statement, "an empty tuple is returned")
        written: list[ast.expr] = []
        if isinstance(statement.value, ast.Tuple) and len(statement.value.elts) == len(values):
            written = statement.value.elts
        self._check_returns(values)
        outputs = []
        for k, item in enumerate(values):
            place = written[k] if written else statement
            outputs.append(self._output(output_value(item), statement, place))
        return tuple(outputs)

    def _output(self, value: object, statement: ast.Return, written: ast.AST) -> Symbol:
        if not isinstance(value, Node):
            hint = "return a tuple of arrays" if isinstance(value, list | dict | tuple) else ""
            raise DeriveError(
                f"{describe(value)} is returned, and a model returns arrays",
                where=self.source.place(written),
                hint=hint,
            )
        if isinstance(value, Symbol) and value.role == "value":
            return value
        word = "out" if value.rank else "loss"
        text = self.source.segment(statement)
        place = statement.value if written is statement and statement.value else written
        return self.body.record(
            word,
            value,
            place,
            text,
            self.frame,
            named=False,
        )

    def _check_returns(self, values: list[object]) -> None:
        """Compare the returned shape with the annotation behind the arrow."""
        returns = self.tree.returns
        text = None if returns is None else annotation_text(returns)
        if returns is None or text is None or len(values) != 1:
            return
        where = self.source.place(returns)
        shape, _ = parse_annotation(text, where, self.same)
        value = output_value(values[0])
        if isinstance(value, Node) and value.shape != shape:
            raise DeriveError(
                f"{self.tree.name} returns {code_shape(value.shape)}, "
                f"and is annotated to return {code_shape(shape)}",
                where=where,
            )

    def _last_return(self) -> ast.Return:
        return self.body.returned

    def _head(self) -> Place:
        where = self.source.place(self.tree)
        return Place(where.file, where.line, where.column, len(where.text) + 1, where.text)


_WORDS = re.compile(r"\s*([A-Za-zΑ-Ωα-ω][\wΑ-Ωα-ω]*)\s*:\s+(\S.*)")


def read_docstring(text: str | None) -> tuple[str, dict[str, str]]:
    """Return the first sentence, and the text of each line `name: words`."""
    if not text:
        return "", {}
    lines = inspect.cleandoc(text).splitlines()
    paragraph: list[str] = []
    for line in lines:
        if not line.strip():
            break
        paragraph.append(line.strip())
    head = " ".join(paragraph)
    end = re.search(r"[.!?](?=\s|$)", head)
    title = head[: end.end()] if end else head
    words = {}
    for line in lines[1:]:
        match = _WORDS.match(line)
        if match:
            words[match[1]] = match[2].strip()
    return title, words
