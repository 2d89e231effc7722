"""The self-check of a generated PyTorch module: gradcheck and gradgradcheck in float64."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.algebra.nodes import Apply, Node, Symbol, walk
from derive.algebra.properties.symmetry import by_one_triangle, is_symmetric
from derive.code.check_sizes import size_lines
from derive.code.check_values import USUAL, interval_of
from derive.code.layout import WIDTH, bracketed, statement
from derive.code.names import Names
from derive.code.precedence import POWER, Code, power
from derive.code.torch.check_extras import NAME
from derive.code.torch.target import Target, grouped
from derive.dims import ONE
from derive.program.extra import Extra
from derive.program.program import Drawing, Interval, Program

PROPER = ("simplex", "symmetric", "posdef")
"""Properties that a formula may rest on: a single entry cannot be moved alone."""


def self_check(target: Target, extras: Sequence[Extra], drawing: Drawing) -> list[str]:
    """Return `_self_check`; extras: those that a function of their own checks."""
    reserved = ["torch", "print", "sum", "zip", "predict", target.model, target.function_class]
    names = Names((), target.program.dimensions, reserved)
    local = {s.name: names.fresh(s.name) for s in target.arguments}
    options, tight = names.local("options"), names.local("tight")
    lines = [
        "def _self_check():",
        '    """Let PyTorch check the first and second derivatives in float64."""',
        "    torch.manual_seed(0)",
        *size_lines(target.program, names),
    ]
    drawn = {s: _drawn(s, names, s in target.asked, options) for s in target.arrays}
    for symbol in target.arrays:
        between = interval_of(target.program, symbol, drawing)
        if between is not None:
            drawn[symbol] = _uniform(symbol, names, symbol in target.asked, between)
    if any(f"**{options}" in text for text in drawn.values()):
        lines.append(f'    {options} = {{"dtype": torch.float64, "requires_grad": True}}')
    for symbol, text in drawn.items():
        lines += _assigned(local[symbol.name], text)
    passed = [_given(s, local[s.name]) for s in target.arrays]
    beside = bracketed(4, f"{NAME}(", passed, ")") if extras else []
    if any(isinstance(n, Apply) and n.rule == "stop" for n in _nodes(target.program)):
        return [*lines, *_against_autograd(target, names, local), *beside]
    given, model = names.local("inputs"), names.local("model")
    moved = [local[s.name] for s in target.arrays]
    lines += grouped(4, f"{given} = ", moved)
    lines += ["", *_model(target, local, model), ""]
    lines += [f'    {tight} = {{"atol": 1e-8, "rtol": 1e-6, "fast_mode": True}}']
    lines += [f"    torch.autograd.gradcheck({model}, {given}, **{tight})"]
    proper = [s.name for s in target.asked if s.kind in PROPER]
    for name in proper:
        lines.append(
            f"    {local[name]}.requires_grad_(False)  # its property holds for all entries"
        )
    if len(proper) < len(target.asked):
        lines += [f"    torch.autograd.gradgradcheck({model}, {given}, **{tight})"]
    return [*lines, '    print("gradcheck and gradgradcheck passed")', *beside]


def _given(symbol: Symbol, value: str) -> str:
    """Return an argument of a call of the model."""
    return value if symbol.role == "data" else f"{symbol.name}={value}"


def _reads_triangle(program: Program) -> bool:
    return by_one_triangle(equation.expr for equation in program.equations)


def _model(target: Target, local: dict[str, str], name: str) -> list[str]:
    """Return the model as a function of its arguments in order.

    Where one triangle of a symmetric argument is read, the two are moved as one.
    """
    moves_both = _reads_triangle(target.program) and any(map(is_symmetric, target.asked))
    given = []
    for symbol in target.arrays:
        own = local[symbol.name]
        value = f"({own} + {own}.mT) / 2" if moves_both and is_symmetric(symbol) else own
        given.append(_given(symbol, value))
    return [
        *bracketed(4, f"def {name}(", [local[s.name] for s in target.arrays], "):"),
        *(['        """Only symmetric changes are meant."""'] if moves_both else []),
        *bracketed(8, f"return {target.model}(", given, ")"),
    ]


def _nodes(program: Program) -> Iterator[Node]:
    """Yield every node of the model."""
    for equation in program.equations:
        yield from walk(equation.expr)


def _against_autograd(target: Target, names: Names, local: dict[str, str]) -> list[str]:
    """Return the check of a model whose detached values differences would see."""
    words = ("asked", "gradients", "function", "found", "total", "ours", "expected", "y")
    asked, gradients, function, found, total, ours, expected, y = map(names.local, words)
    passed = [f"{s.name}={local[s.name]}" for s in target.arrays]
    outputs = found if target.several else f"({found},)"
    return [
        *grouped(4, f"{asked} = ", [local[s.name] for s in target.asked]),
        f"    {gradients} = []",
        f"    for {function} in ({target.model}, predict):",
        *bracketed(8, f"{found} = {function}(", passed, ")"),
        f"        {total} = sum({y}.sin().sum() for {y} in {outputs})",
        f"        {found} = torch.autograd.grad({total}, {asked}, allow_unused=True)",
        f"        {gradients}.append({found})",
        f"    for {ours}, {expected} in zip(*{gradients}, strict=True):",
        f"        torch.testing.assert_close({ours}, {expected})",
        '    print("gradients agree with autograd; differences would see detached values")',
    ]


def _assigned(name: str, text: str) -> list[str]:
    """Return the statement, one that is too long cut within its first bracket."""
    ready = ").requires_grad_()"
    plain = f"    {name} = {text}"
    if len(plain) <= WIDTH or not text.endswith(ready):
        return statement(4, name, text, "")
    return bracketed(4, f"{name} = (", [text[1 : -len(ready)]], ready)


def _uniform(symbol: Symbol, names: Names, asked: bool, between: Interval) -> str:
    """Return an expression that draws the argument's entries in an interval."""
    low, high = between
    if symbol.kind == "bool":
        return f"torch.rand({names.shape(symbol.shape)}) < {high:g}"
    width = f"{high - low:g} * torch.rand({names.shape(symbol.shape)}, dtype=torch.float64)"
    rows = _rows(symbol, names) if between == USUAL else None
    text = f"({low:g} + {width}) / {rows.at(POWER)}" if rows else f"{low:g} + {width}"
    return f"({text}).requires_grad_()" if asked else text


def _drawn(symbol: Symbol, names: Names, asked: bool, options: str) -> str:
    """Return an expression that draws the argument."""
    kind, shape = symbol.kind, names.shape(symbol.shape)
    words = f"**{options}" if asked else "dtype=torch.float64"
    if kind.startswith("int"):
        bound = kind.partition("<")[2].strip()
        top = bound if bound.isdigit() else names.dimension.get(bound, "2")
        return f"torch.randint({top}, {shape})"
    if kind.startswith("bool"):
        return f"torch.rand({shape}) < 0.5"
    ready = ".requires_grad_()" if asked else ""
    if kind == "simplex":
        return f"torch.rand({shape}, dtype=torch.float64).softmax(-1){ready}"
    if kind in ("symmetric", "posdef"):
        *_, last = symbol.shape
        size = names.size(last).text
        if symbol.rank > 2:
            lead = ", ".join(names.size(d).text for d in symbol.shape[:-2])
            diagonal = f"torch.arange(1, {size} + 1).diag()"
            return f"(torch.rand({lead}, 1, 1) + {diagonal}).double(){ready}"
        return f"torch.randn({size}, 4 * {size}, dtype=torch.float64).cov(){ready}"
    if rows := _rows(symbol, names):
        return f"torch.normal(0, {power(rows, Code('-0.5')).text}, {shape}, {words})"
    inner = ", ".join(names.size(d).text for d in symbol.shape)
    return f"torch.randn({inner or '()'}, {words})"


def _rows(symbol: Symbol, names: Names) -> Code | None:
    """Return the rows of a weight matrix, by which products with it stay of order one."""
    if symbol.role != "parameter" or symbol.rank < 2 or symbol.shape[-2] == ONE:
        return None
    return names.size(symbol.shape[-2])
