"""The faces for autograd: the Function, the drop-in function of the model, and the Module.

Cached values are outputs of the Function, differentiable ones, so that second derivatives see
that they depend on the arguments; the drop-in drops them.
"""

from __future__ import annotations

from derive.algebra.nodes import Symbol
from derive.code.layout import WIDTH, bracketed, docstring, unpacked
from derive.code.names import Names
from derive.code.torch.needs import Needs, narrowed, work_of
from derive.code.torch.target import Target, default, grouped, words_of

_OF_MODULE = (
    "T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda "
    "double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter "
    "get_submodule half ipu load_state_dict modules mtia named_buffers named_children "
    "named_modules named_parameters parameters register_backward_hook register_buffer "
    "register_forward_hook register_forward_pre_hook register_full_backward_hook "
    "register_full_backward_pre_hook register_load_state_dict_post_hook "
    "register_load_state_dict_pre_hook register_module register_parameter "
    "register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state "
    "set_submodule share_memory state_dict to to_empty train training type xpu zero_grad"
)
RESERVED = frozenset(_OF_MODULE.split())
"""The attributes of torch.nn.Module, which no parameter can have as its name."""


class Function:
    """The lines of the Function.

    second: whether cotangents of cached values are taken back.
    """

    def __init__(self, target: Target, second: bool) -> None:
        self.target = target
        self.second = second
        self.inputs = [s.name for s in target.arguments]
        self.wanted = target.plan.returned
        self.moving = [name for name in self.wanted if name not in target.plan.zeros]
        self.all_needed = self.inputs == self.moving == list(self.wanted)

    def lines(self) -> list[str]:
        """Return the class."""
        target = self.target
        torch = "torch"
        first = "forward and backward for autograd, differentiable twice"
        first = f"{first}; call it as `{target.model}`."
        rest = []
        if target.cached.moving:
            rest = ["The cached values are outputs too, so that second derivatives see them."]
        missing = [s.name for s in target.floats if s.name not in self.wanted]
        if missing:
            rest += [f"No gradient was derived for {', '.join(missing)}: it is None."]
        return [
            f"class {target.function_class}({torch}.autograd.Function):",
            *docstring(4, first, rest),
            "",
            "    generate_vmap_rule = True",
            "",
            *self._forward(),
            "",
            *self._setup(),
            "",
            *self._backward(),
        ]

    def _forward(self) -> list[str]:
        target = self.target
        names = target.new_names()
        names.aliased = target.names.aliased
        cache = names.local("cache") if target.cached.values else "_"
        outputs = [s.name for s in target.outputs]
        call = f"{names.outer('forward')}("
        left = outputs[0] if not target.several else f"({', '.join(outputs)})"
        left = f"({outputs[0]},)" if target.several and len(outputs) == 1 else left
        arguments = {s.name for s in target.arguments}
        own = [f"{name}.clone()" if name in arguments else name for name in outputs]
        values = [*own, *(f"{cache}.{s.name}" for s in target.cached.values)]
        return [
            "    @staticmethod",
            *bracketed(4, "def forward(", self.inputs, "):"),
            *bracketed(8, f"{left}, {cache} = {call}", target.passed(), ")"),
            *_return(8, values),
        ]

    def _setup(self) -> list[str]:
        target = self.target
        names = target.new_names()
        ctx, inputs, output = (names.local(word) for word in ("ctx", "inputs", "output"))
        asked = [s.name for s in target.asked]
        needs = Needs(names, asked, narrowed(work_of(target.plan), asked))
        tests = {s: target.serves[s].intersection(asked) for s in target.kept}
        saved = [_if(s.name, needs.test(tests[s])) if tests[s] else "None" for s in target.kept]
        saved += ["None"] if target.like else []
        numbers = [s.name for s in target.kept_numbers] + target.size_values(target.sizes)
        opening = needs.lines(8, f"{ctx}.needs_input_grad", self.inputs)
        marks = self._marks(ctx)
        body = bracketed(8, f"{ctx}.save_for_backward(", saved, ")") if saved else []
        if numbers:
            body += grouped(8, f"{ctx}.numbers = ", numbers)
        if target.cached.values:
            body += [f"        {ctx}.shapes = [value.shape for value in {output}]"]
        text = "\n".join([*marks, *body])
        found = words_of(text)
        outputs = [s.name for s in (*target.outputs, *target.cached.values)]
        opened = _opened(self.inputs, found, inputs)
        values = {s.name for s in (*target.kept, *target.cached.values) if s.role == "value"}
        values |= {s.name for s in target.cached.still}
        opened += _opened(outputs, found & values, output, len(outputs) > 1 or target.several)
        lines = [*opened, *opening, *marks, *body] or ["        pass"]
        return ["    @staticmethod", f"    def setup_context({ctx}, {inputs}, {output}):", *lines]

    def _marks(self, ctx: str) -> list[str]:
        target = self.target
        fixed = [s.name for s in (*target.cached.still, *target.cached.fixed)]
        lines = [f"        {ctx}.set_materialize_grads(False)"] if target.cached.values else []
        if fixed:
            lines += bracketed(8, f"{ctx}.mark_non_differentiable(", fixed, ")")
        return lines

    def _backward(self) -> list[str]:
        target = self.target
        names = target.new_names()
        names.aliased = target.names.aliased
        ctx, cache, needs = (names.local(word) for word in ("ctx", "cache", "needs"))
        given = [names.of(Symbol(s.name, s.shape, "cotangent")) for s in target.outputs]
        extra = [f"*{names.local('cached')}"] if target.cached.values else []
        fields = [f"*{ctx}.saved_tensors"] if target.kept or target.like else []
        fields += [f"*{ctx}.numbers"] if target.number_names(target.names) else []
        made = f"        {cache} = {names.outer('Cache')}({', '.join(fields)})"
        head = bracketed(4, "def backward(", [ctx, *given, *extra], "):")
        if not set(self.moving).intersection(self.inputs):
            return ["    @staticmethod", *head, *_return(8, ["None"] * len(self.inputs))]
        lines = ["    @staticmethod", *head, made, *self._needs(names, ctx, needs)]
        if target.cached.values:
            return [*lines, *self._both(names, given)]
        upstream = f"({', '.join(given)},)" if len(given) == 1 else f"({', '.join(given)})"
        upstream = upstream if target.several else given[0]
        call = f"{names.outer('backward')}({cache}, {upstream}, {needs}={needs})"
        return [*lines, *self._result(names, call)]

    def _needs(self, names: Names, ctx: str, needs: str) -> list[str]:
        if self.all_needed:
            return [f"        {needs} = {ctx}.needs_input_grad"]
        words = {name: names.local(f"needs_{name}") for name in self.inputs}
        moving = set(self.moving).intersection(self.inputs)
        entries = [words[name] if name in moving else "False" for name in self.wanted]
        targets = [words[name] if name in moving else "_" for name in self.inputs]
        lines = unpacked(8, targets, f"{ctx}.needs_input_grad") if moving else []
        return [*lines, *grouped(8, f"{needs} = ", entries)]

    def _both(self, names: Names, given: list[str]) -> list[str]:
        """Return the lines for cotangents of the outputs and of the cached values, added."""
        target = self.target
        cache, needs, cached = (names.local(word) for word in ("cache", "needs", "cached"))
        gradients, ctx, more = (names.local(word) for word in ("gradients", "ctx", "more"))
        back = names.outer("backward")
        count = f" * {len(self.wanted)}" if len(self.wanted) > 1 else ""
        lines = [f"        {gradients} = [None]{count}"]
        if target.several:
            outputs = names.local("outputs")
            inner = f"({', '.join(given)}{',' if len(given) == 1 else ''})"
            lines.append(f"        {outputs} = {inner}")
            shapes = f"{ctx}.shapes[:{len(given)}]"
            lines += [
                f"        if any(grad is not None for grad in {outputs}):",
                f"            {outputs} = _filled({outputs}, {shapes})",
                f"            {gradients} = {back}({cache}, {outputs}, {needs}={needs})",
            ]
        else:
            lines += [
                f"        if {given[0]} is not None:",
                f"            {gradients} = {back}({cache}, {given[0]}, {needs}={needs})",
            ]
        if self.second:
            start = len(given)
            stop = start + len(target.cached.moving)
            if target.cached.fixed:
                lines.append(f"        {cached} = {cached}[:{len(target.cached.moving)}]")
            shapes = f"{ctx}.shapes[{start}:{stop if target.cached.fixed else ''}]"
            lines += [
                f"        if any(grad is not None for grad in {cached}):",
                f"            {cached} = _filled({cached}, {shapes})",
                f"            {more} = _backward_cached({cache}, {cached}, {needs}={needs})",
                f"            {gradients} = _sums({gradients}, {more})",
            ]
        return [*lines, *self._result(names, gradients)]

    def _result(self, names: Names, gradients: str) -> list[str]:
        """Return the gradients, None for an argument that has none."""
        if self.all_needed:
            return [f"        return tuple({gradients})"]
        words = [names.of(Symbol(name, (), "cotangent")) for name in self.wanted]
        entry = dict(zip(self.wanted, words, strict=True))
        entry = {n: w for n, w in entry.items() if n in self.inputs and n in self.moving}
        used = [entry.get(name, "_") for name in self.wanted]
        entries = [entry.get(name, "None") for name in self.inputs]
        opened = unpacked(8, used, gradients) if set(used) - {"_"} else []
        return [*opened, *_return(8, entries)]


def _return(indent: int, values: list[str]) -> list[str]:
    """Return `return a, b`."""
    plain = f"{' ' * indent}return {', '.join(values)}"
    return [plain] if len(plain) <= WIDTH else grouped(indent, "return ", values)


def _if(name: str, test: str) -> str:
    return f"{name} if {test} else None" if test else name


def _opened(names: list[str], used: set[str], source: str, several: bool = True) -> list[str]:
    """Return the unpacking of those that are used."""
    targets = [name if name in used else "_" for name in names]
    if not set(targets) - {"_"}:
        return []
    return unpacked(8, targets, source) if several else [f"        {targets[0]} = {source}"]


def drop_in(target: Target) -> list[str]:
    """Return the function that stands for the model, also under autocast."""
    names = target.new_names()
    names.aliased = target.names.aliased
    torch, apply = names.outer("torch"), f"{names.outer(target.function_class)}.apply("
    device, dtype = names.local("device"), names.local("dtype")
    head = bracketed(0, f"def {target.model}(", target.parameters(), "):")
    words = f"Return {target.described(target.outputs)} from {target.described(target.arguments)}."
    rest = []
    if target.model != target.program.name:
        rest = [f"The model's name is {target.program.name}, which is taken here."]
    amp, extra = f"{torch}.amp", bool(target.cached.values)
    floats = {s.name for s in target.floats}
    plain = [s.name for s in target.arguments]
    low = [f"{name}.to({dtype})" if name in floats else name for name in plain]
    outputs = [s.name for s in target.outputs]
    own = f"({outputs[0]},)" if target.several and len(outputs) == 1 else ", ".join(outputs)
    start = f"{', '.join([*outputs, '*_'])} = {apply}" if extra else f"return {apply}"
    if own[0] == "(" and not extra:
        start, extra = f"{outputs[0]} = {apply}", True

    def applied(indent: int, arguments: list[str]) -> list[str]:
        lines = bracketed(indent, start, arguments, ")")
        return [*lines, f"{' ' * indent}return {own}"] if extra else lines

    return [
        *head,
        *docstring(
            4, words if len(words) < 200 else f"Return {target.described(target.outputs)}.", rest
        ),
        f"    {device} = {target.floats[0].name}.device.type",
        f"    if {amp}.is_autocast_available({device}) and {torch}.is_autocast_enabled({device}):",
        f"        {dtype} = {torch}.get_autocast_dtype({device})",
        f"        with {torch}.autocast({device}, enabled=False):",
        *applied(12, low),
        *applied(4, plain),
    ]


def module(target: Target) -> list[str]:
    """Return the Module that owns the parameters; none where the model has no parameters."""
    owned = [s for s in target.arrays if s.role != "data"]
    if not owned:
        return []
    names = target.new_names()
    names.aliased = target.names.aliased
    self_, torch = names.local("self"), names.outer("torch")
    attribute = {s.name: _attribute(s.name, target) for s in owned}
    renamed = [f"`{name}` is the attribute `{to}`" for name, to in attribute.items() if name != to]
    words = f"`{target.model}` with parameters that start at {target.described(owned)}."
    rest = [f"{', '.join(renamed)}: Module has its own of that name."] if renamed else []
    lines = [f"class {target.module_class}(torch.nn.Module):", *docstring(4, words, rest), ""]
    lines += bracketed(4, "def __init__(", [self_, "*", *(s.name for s in owned)], "):")
    lines.append(f"        {names.outer('super')}().__init__()")
    for s in owned:
        to = attribute[s.name]
        if s.is_float:
            lines.append(f"        {self_}.{to} = {torch}.nn.Parameter({s.name})")
        else:
            lines.append(f'        {self_}.register_buffer("{to}", {s.name})')
    data = [s.name for s in target.arrays if s.role == "data"]
    constants = [f"{c.name}={default(c)}" for c in target.constants]
    parameters = [self_, *data, *(["*", *constants] if constants else [])]
    passed = [*data, *(f"{s.name}={self_}.{attribute[s.name]}" for s in owned)]
    passed += [f"{c.name}={c.name}" for c in target.constants]
    call = f"return {names.outer(target.model)}("
    return [*lines, "", *bracketed(4, "def forward(", parameters, "):"),
            *bracketed(8, call, passed, ")")]  # fmt: skip


def _attribute(name: str, target: Target) -> str:
    taken = {s.name for s in target.arrays} | RESERVED
    word = name
    while word in RESERVED or (word != name and word in taken):
        word = f"{word}_parameter"
    return word
