"""The training part of a generated NumPy module: parameters, state, update and train_step.

`training(module, optimizer)` returns each class and function as its lines.  `update` is the map
(weights, gradients, state) -> (weights, state): its loop over the parameters is the optimizer's
equations, printed.  In `update` only names of ours are in scope; in `train_step` the model's data
and keywords stand beside ours, which give way.
"""

from __future__ import annotations

from derive.algebra.properties.symmetry import KINDS
from derive.algebra.scalars.tree import Scalar
from derive.code.dialect import call
from derive.code.elementwise import Kind, ScalarPrinter
from derive.code.layout import WIDTH, bracketed, docstring, listed
from derive.code.lines import default_of, wrapped
from derive.code.names import Names
from derive.code.numpy.base import Base
from derive.code.numpy.dialect import NumPy
from derive.code.precedence import Code
from derive.formulas.words.words import Words
from derive.plan.trained import need_trainable, trained
from derive.program.optimizers import (
    CLIPPING,
    QUANTITIES,
    Keyword,
    Optimizer,
    g,
    max_norm,
    quantity,
    w,
)

CLIP = Keyword(quantity(max_norm).name, "None", (max_norm,))
OURS = ("parameters", "state")


def training(module: Base, optimizer: Optimizer) -> list[list[str]]:
    """Return the classes and functions that train the model; DeriveError where none can."""
    need_trainable(module.plan, optimizer)
    update = _Update(optimizer)
    return [
        _parameters(module),
        update.state(),
        update.init_state(),
        update.update(),
        _TrainStep(module, optimizer).lines(),
        _gradients_of(module),
    ]


CHECKED = """\
    found = [getattr(gradients, name) for name in parameters._fields]
    for name, w, g in zip(parameters._fields, parameters, found, strict=True):
        if np.shape(g) != np.shape(w):
            raise ValueError(
                f"the gradient of {name} has shape {np.shape(g)}, needs {np.shape(w)}"
            )
"""


def _gradients_of(module: Base) -> list[str]:
    """Return `_gradients_of`; a symmetric parameter's is projected, or a step would leave it."""
    fields = [symbol.name for symbol in trained(module.plan)]
    names = [symbol.name for symbol in trained(module.plan) if symbol.kind in KINDS]
    rest = [f"That of {name} is projected: a step stays symmetric." for name in names]
    lines = [
        "def _gradients_of(parameters, gradients):",
        *docstring(4, "Return the gradients of the parameters, in their order.", rest),
        *CHECKED.splitlines(),
    ]
    for name in names:
        at = fields.index(name)
        lines += [
            f"    g = found[{at}]  # of {name}",
            f"    found[{at}] = (g + np.swapaxes(g, -1, -2)) / 2",
        ]
    return [*lines, "    return found"]


def _parameters(module: Base) -> list[str]:
    fields = []
    for symbol in trained(module.plan):
        kind = "np.ndarray" if symbol.rank else "float"
        fields.append(f"    {symbol.name}: {kind}  # {module.printer.shape(symbol.shape)}")
    words = docstring(4, "What training changes: the model's parameters.")
    return ["class Parameters(NamedTuple):", *words, "", *fields]


class _Numbers(NumPy):
    """NumPy for arrays, plain Python for the numbers beside them, so that dtypes are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.functions["minimum"] = lambda *numbers: call("min", *numbers)

    def cast(self, x: Code) -> Code:
        return x


class _Update:
    """What an optimizer's equations give alone: state, its start, and the step."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.words = Words("en")
        self.kept = [quantity(slot).name for slot in optimizer.state]
        arrays = {w, g, *optimizer.state}
        slots = [
            (Code(q.name), Kind.FLOAT if Scalar("slot", (k,)) in arrays else Kind.CONSTANT)
            for k, q in enumerate(QUANTITIES)
        ]
        self.printer = ScalarPrinter(_Numbers(), slots, lambda part, code: code)

    def state(self) -> list[str]:
        words = docstring(4, f"What {self.optimizer.title} remembers from step to step.")
        fields = [f"    t: int  # {self.words('state_t')}"]
        fields += [f"    {k}: Parameters  # {self.words(f'state_{k}')}" for k in self.kept]
        return ["class State(NamedTuple):", *words, "", *fields]

    def init_state(self) -> list[str]:
        zeros = [f"{k}=Parameters(*map(np.zeros_like, parameters))" for k in self.kept]
        return [
            "def init_state(parameters):",
            *docstring(4, "Return the state before the first step."),
            *bracketed(4, "return State(", ["t=0", *zeros], ")"),
        ]

    def update(self) -> list[str]:
        keywords = [*self.optimizer.keywords, CLIP]
        given = ["parameters", "gradients", "state", "*"]
        given += [f"{k.name}={k.default}" for k in keywords]
        return [
            *bracketed(0, "def update(", given, "):"),
            *self._words(),
            "    t = state.t + 1",
            *self._numbers(),
            "    gradients = _gradients_of(parameters, gradients)",
            *self._clipping(),
            *self._loop(),
        ]

    def _words(self) -> list[str]:
        torch = f"torch.optim.{self.optimizer.torch.partition('(')[0]}"
        text = (
            "The map (weights, gradients, state) -> (weights, state): nothing given is changed.  "
            "gradients has a field for each parameter, as backward returns it.  "
            f"The keywords are those of {torch}; max_norm, where given, is the largest norm "
            "of all gradients together, as torch.nn.utils.clip_grad_norm_ has it."
        )
        first = f"Return parameters and state after a step of {self.optimizer.title}."
        return docstring(4, first, [*wrapped(text, WIDTH - 4)])

    def _numbers(self) -> list[str]:
        """Return the lines that make Python's floats of the keywords."""
        single = [k.name for k in self.optimizer.keywords if len(k.holds) == 1]
        lines = ["    # Python's floats keep the arrays' dtype; a float64 of NumPy's would not."]
        names = ", ".join(single)
        lines += bracketed(4, f"{names} = map(", [f"float, ({names})"], ")")
        for keyword in self.optimizer.keywords:
            if len(keyword.holds) > 1:
                names = ", ".join(quantity(slot).name for slot in keyword.holds)
                lines.append(f"    {names} = map(float, {keyword.name})")
        return lines

    def _clipping(self) -> list[str]:
        return [
            f"    if {CLIP.name} is not None:",
            "        norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])",
            f"        factor = float({self.printer.print(CLIPPING).text})",
            "        gradients = [factor * g for g in gradients]",
        ]

    def _loop(self) -> list[str]:
        """Return the equations for each parameter, and the step's result."""
        taken = ["parameters", "gradients", *(f"state.{k}" for k in self.kept), "strict=True"]
        made = ["w", *self.kept]
        lines = ["    moved = []"]
        lines += bracketed(4, f"for {', '.join(['w', 'g', *self.kept])} in zip(", taken, "):")
        for equation in self.optimizer.equations:
            text = f"{quantity(equation.target).name} = {self.printer.print(equation.value).text}"
            if equation.strength is None:
                lines.append(f"        {text}")
            else:
                test = f"        if {quantity(equation.strength).name}:"
                lines += [test, f"            {text}"]
        if not self.kept:
            return [*lines, "        moved.append(w)", "    return Parameters(*moved), State(t)"]
        return [
            *lines,
            f"        moved.append(({', '.join(made)}))",
            f"    {', '.join(made)} = map(Parameters._make, zip(*moved, strict=True))",
            f"    return w, State({', '.join(['t', *self.kept])})",
        ]


class _TrainStep:
    """A step of training: value and gradients of the model, then update."""

    def __init__(self, module: Base, optimizer: Optimizer) -> None:
        self.module = module
        self.keywords = [k.name for k in (*optimizer.keywords, CLIP)]
        self.defaults = {k.name: k.default for k in (*optimizer.keywords, CLIP)}
        moved = {symbol.name for symbol in trained(module.plan)}
        arguments = [a.symbol for a in module.arguments if a.name not in moved]
        self.data = [s.name for s in arguments if s.role == "data"]
        self.frozen = [s.name for s in arguments if s.role != "data"]
        self.idle = [name for name in module.plan.returned if name not in moved]
        self.value = module.outputs[0].name
        constants = [a.name for a in module.constants]
        used = [self.value, *self.data, *self.frozen, *constants]
        self.names = Names(used, (), ("value_and_grad", "update", "_value_and_grad", "_update"))
        self.own = {word: self._own(word) for word in (*OURS, "gradients", *self.keywords)}

    def _own(self, word: str) -> str:
        taken = word in self.names.taken and word in self.keywords
        return self.names.fresh(f"optimizer_{word}" if taken else word)

    def lines(self) -> list[str]:
        own, outer = self.own, self.module.names.outer
        constants = [f"{a.name}={default_of(a)}" for a in self.module.constants]
        given = [own["parameters"], own["state"], *self.data, "*", *self.frozen, *constants]
        given += [f"{own[k]}={self.defaults[k]}" for k in self.keywords]
        passed = [*self.data, f"**{own['parameters']}._asdict()"]
        passed += [f"{name}={name}" for name in self.frozen]
        passed += [f"{a.name}={a.name}" for a in self.module.constants]
        step = [own["parameters"], own["gradients"], own["state"]]
        step += [f"{k}={own[k]}" for k in self.keywords]
        moved = f"{own['parameters']}, {own['state']}"
        grad = f"{self.value}, {own['gradients']} = {outer('value_and_grad')}("
        return [
            *bracketed(0, "def train_step(", given, "):"),
            *self._words(),
            *bracketed(4, grad, passed, ")"),
            *bracketed(4, f"{moved} = {outer('update')}(", step, ")"),
            f"    return {self.value}, {moved}",
        ]

    def _words(self) -> list[str]:
        first = f"Return {self.value} before the step, and parameters and state after it."
        renamed = [f"{self.own[k]} is update's {k}" for k in self.keywords if self.own[k] != k]
        text = f"{', '.join(renamed)}.  " if renamed else ""
        if self.idle:
            text += (
                f"Gradients of {listed(self.idle)} are made and not used: --wrt params spares them."
            )
        return docstring(4, first, wrapped(text.strip(), WIDTH - 4) if text else ())
