"""Every sentence of the documents, in English and Chinese.

`Words("zh")("decide")` gives the sentence; `{name}` in it is filled from keywords.  Inline
mathematics stands between dollar signs, code between backquotes, emphasis between `**` and `*`:
the printers translate these marks.
"""

from __future__ import annotations

from derive.emit.figure_words import FIGURE_WORDS
from derive.emit.verdict_words import VERDICT_WORDS

LANGUAGES = ("en", "zh")

WORDS: dict[str, tuple[str, str]] = {
    # titles
    "title": ("`{name}`: the backward pass, derived", "`{name}`：反向传播的推导"),
    "contents": ("Contents", "目录"),
    "variables": ("Variables", "变量"),
    "forward": ("Forward", "前向传播"),
    "backward": ("Backward", "反向传播"),
    "code": ("Code", "代码"),
    "cache": ("Cache", "缓存"),
    "update": ("Update", "参数更新"),
    "example": ("Worked example", "数值示例"),
    "checks": ("Checks", "验证"),
    "conditions": ("Conditions", "成立条件"),
    "parallel": ("Parallel execution", "并行执行"),
    "references": ("References", "参考文献"),
    "gradients": ("All gradients", "全部梯度"),
    # result
    "result": ("Result.", "结论。"),
    "result_given": (
        "Let $L$ be any scalar that depends on {outputs}, and let {given} be known. Then",
        "设 $L$ 为依赖于 {outputs} 的任意标量，且 {given} 已知，则",
    ),
    "result_scalar": (
        "The loss is the output {outputs} itself. Its gradients, each in the shape of its "
        "variable, are",
        "损失就是输出 {outputs} 本身。各梯度的形状与其变量相同：",
    ),
    "result_keeps": (
        "To compute them, the forward pass keeps {kept}, and nothing else.",
        "为计算这些梯度，前向传播只需保留 {kept}。",
    ),
    "result_keeps_none": (
        "To compute them, the forward pass needs to keep nothing.",
        "计算这些梯度无需保留任何前向值。",
    ),
    "and": (" and ", " 和 "),
    # variables
    "symbol": ("symbol", "符号"),
    "in_code": ("in code", "代码中"),
    "shape": ("shape", "形状"),
    "role": ("role", "角色"),
    "meaning": ("meaning", "含义"),
    "dimension": ("dimension", "维度"),
    "data": ("data", "数据"),
    "parameter": ("parameter", "参数"),
    "constant": ("constant, {value}", "常数，{value}"),
    "value": ("intermediate", "中间值"),
    "output": ("output", "输出"),
    "given": (
        "given: ${gradient} = \\partial L/\\partial {symbol}$",
        "给定：${gradient} = \\partial L/\\partial {symbol}$",
    ),
    "column": ("{shape}, read as a column {column}", "{shape}，视为列向量 {column}"),
    "shape_rule": (
        "The gradient of a scalar has the shape of the variable: {gradient} is {shape} because "
        "{symbol} is.",
        "标量的梯度与变量形状相同：{symbol} 是 {shape}，故 {gradient} 也是 {shape}。",
    ),
    "no_gradient": (
        "{names} holds {kind} and has no gradient.",
        "{names} 为{kind}，没有梯度。",
    ),
    "integers": ("integers", "整数"),
    "truths": ("truth values", "布尔值"),
    "simplex_fact": (
        "The entries of {symbol} along the last axis are not negative and sum to one.",
        "{symbol} 沿最后一轴的元素非负且和为一。",
    ),
    "notation": ("In the formulas below", "下文公式中"),
    "means": ("{name}: {told}", "{name}：{told}"),
    # forward
    "broadcast": (
        "Here {vector} lacks an axis that the other terms have: as matrices they cannot be added; "
        "the code broadcasts. Written out, ones of the missing length copy it. They will sum over "
        "that axis on the way back.",
        "这里 {vector} 比其他项少一个轴，按矩阵无法相加；代码使用了广播。写明后，"
        "由相应长度的全一向量复制它，"
        "反向时则沿该轴求和。",
    ),
    "split": (
        "The statement `{text}` is told in steps, each with a differential of one line.",
        "语句 `{text}` 分步写出，使每一步的微分只占一行。",
    ),
    "module": ("module", "模块"),
    "takes": ("takes", "输入"),
    "gives": ("gives", "输出"),
    "forward_gives": ("{outputs}; {kept} to the cache", "{outputs}；{kept} 存入缓存"),
    "forward_gives_only": ("{outputs}", "{outputs}"),
    "backward_takes": ("{given}, and {kept} from the cache", "{given}，以及缓存中的 {kept}"),
    "backward_takes_only": ("{given}", "{given}"),
    "to_before": ("{names} to what came before", "{names} 传给前一层"),
    "to_optimizer": ("{names} to the optimizer", "{names} 传给优化器"),
    "optimizer_takes": ("{parameters}, {gradients}", "{parameters}，{gradients}"),
    "optimizer_takes_state": (
        "{parameters}, {gradients}, and the state",
        "{parameters}，{gradients}，以及状态",
    ),
    "optimizer_gives_state": (
        "the new {parameters}, and the state",
        "新的 {parameters}，以及状态",
    ),
    "optimizer_gives": ("the new {parameters}", "新的 {parameters}"),
    # backward
    "facts": (
        "Two facts carry every step. The inner product "
        "$\\langle A, B \\rangle = \\mathrm{tr}(A^{\\top}B)$, the sum of all products of entries, "
        "defines the gradient, and a factor may cross it, transposed, on its own side; a factor "
        "of an entrywise product crosses as it is:",
        "每一步都基于两个事实。内积 $\\langle A, B \\rangle = "
        "\\mathrm{tr}(A^{\\top}B)$（所有对应元素乘积之和）"
        "定义梯度；矩阵因子可转置后在自己的一侧移过内积，逐元素乘积的因子可原样移过：",
    ),
    "node_text": (
        "Every equation is a node of the graph like this one: what came in on the left leaves its "
        "gradient there, and forward saves what backward uses.",
        "每个式子都是图中如下的一个节点：左侧输入什么，反向就在左侧给出其梯度；"
        "前向保存反向所用的值。",
    ),
    "through": ("Backward through ({number})", "对式 ({number}) 求反向"),
    "was": ("In the forward pass this was", "前向传播中有"),
    "differential": (
        "Its differential has a term for each variable:",
        "其微分对每个变量各有一项：",
    ),
    "gradient_of": ("Gradient of {symbol}", "{symbol} 的梯度"),
    "find": ("**To find:** {gradient}, of shape {shape}.", "**求：**{gradient}，形状为 {shape}。"),
    "chain": (
        "**Chain rule:** {symbol} reaches {loss} through {output}{beside}; so {gradient} is built "
        "from {factors}.",
        "**链式法则：**{symbol} 通过 {output} 影响 {loss}{beside}，"
        "故 {gradient} 由 {factors} 构成。",
    ),
    "chain_end": (
        "**Chain rule:** {symbol} enters {output} itself{beside}; so {gradient} is built from "
        "{factors}.",
        "**链式法则：**{symbol} 直接进入 {output}{beside}，故 {gradient} 由 {factors} 构成。",
    ),
    "beside": (", as a factor beside {partners}", "，与 {partners} 相乘"),
    "dimensions": ("**Dimensions.**", "**维度分析。**"),
    "eight": (
        "Two factors, each as it is or transposed, in either order: eight products.",
        "两个因子，各可转置与否，左右次序任意：共八种乘积。",
    ),
    "many": (
        "{k} factors, each as it is or transposed, in every order: {total} products, of which "
        "{formable} can be formed (equal values counted once). These are",
        "{k} 个因子，各可转置与否，次序任意：共 {total} 种乘积，其中 {formable} "
        "种可以构成（值相同者只计一次）。如下",
    ),
    "transposed": ("transposed", "转置者"),
    "on_left": ("{factor} on the left", "{factor} 在左"),
    "on_right": ("{factor} on the right", "{factor} 在右"),
    "neither": ("neither", "皆不转置"),
    "both": ("both", "皆转置"),
    "fails": ("fails: ${a} \\neq {b}$", "不成立：${a} \\neq {b}$"),
    "fits": ("{shape}, **fits**", "{shape}，**符合**"),
    "not_shape": ("{shape}, not {target}", "{shape}，不是 {target}"),
    "product": ("product", "乘积"),
    "verdict": ("verdict", "判定"),
    "decide": (
        "*Verdict: the dimensions alone decide.* {formable} products can be formed, and one has "
        "the shape of {symbol}, if the gradient is one product of these factors, each used once.",
        "*结论：仅凭维度即可确定。* 可构成的乘积有 {formable} 种，若梯度是这些因子各用一次的乘积，"
        "其中只有一种与 {symbol} 同形。",
    ),
    "undecided": (
        "*Verdict: {fitting} candidates fit*, namely {names}; the shapes cannot tell them apart, "
        "so the differential decides.",
        "*结论：有 {fitting} 个候选符合*，即 {names}；形状无法区分，由微分决定。",
    ),
    "nothing_fits": (
        "*Verdict: no single product fits*; the gradient is a sum, and the differential decides.",
        "*结论：没有单个乘积符合*；梯度是若干项之和，由微分决定。",
    ),
    "entrywise": (
        "**Dimensions.** Every factor has the shape of {symbol}: shape cannot tell a slope from "
        "any other array of that shape, so the differential decides.",
        "**维度分析。** 各因子均与 {symbol} 同形：形状无法区分导数与其他同形数组，由微分决定。",
    ),
    "no_product": (
        "**Dimensions.** The gradient is no plain matrix product, so the differential decides.",
        "**维度分析。** 该梯度不是单纯的矩阵乘积，由微分决定。",
    ),
    "passes": (
        "{symbol} enters as it is, and so its gradient passes unchanged.",
        "{symbol} 原样进入，故梯度原样传回。",
    ),
    "proof": ("**Proof.**", "**证明。**"),
    "only_moves": ("only {symbol} moves", "仅 {symbol} 变动"),
    "crosses": ("the other factors cross", "其余因子移过内积"),
    "crosses_left": ("{factor} crosses on the left", "{factor} 从左侧移过"),
    "crosses_right": ("{factor} crosses on the right", "{factor} 从右侧移过"),
    "crosses_both": ("the factors cross, each on its side", "两侧因子各自移过"),
    "transpose_both": ("{factor} crosses; transpose both", "{factor} 移过后两边转置"),
    "entry_by_entry": ("entry by entry", "逐元素"),
    "read_off": ("read off: {shapes}", "读出：{shapes}"),
    "read_off_plain": ("read off", "读出"),
    "total": (
        "{symbol} is used {count} times, in {equations}; what each gives is added:",
        "{symbol} 共用到 {count} 次，见 {equations}；各处贡献相加：",
    ),
    "compact": ("With what stands for {names}, this is", "代入 {names}，得"),
    "stop_deciding": ("When the dimensions stop deciding", "维度何时不再足够"),
    "stop_text": (
        "The argument rests on the dimensions being different letters, and on the gradient being "
        "one product of these factors. The number of products that have the right shape:",
        "上述论证依赖各维度字母互不相同，且梯度为这些因子的一个乘积。形状符合的乘积数目：",
    ),
    "declared": ("declared equal", "设为相等"),
    "none_equal": ("none (this model)", "无（本模型）"),
    "no_factor_seen": (
        "And no shape sees a factor: $2\\,{formula}$ fits as well. The dimensions find the answer "
        "quickly; the proof is what makes it true.",
        "形状也看不出系数：$2\\,{formula}$ 同样符合。维度分析能很快找到答案，证明才使其成立。",
    ),
    "jacobian_title": (
        "What $\\partial {output}/\\partial {symbol}$ really is",
        "$\\partial {output}/\\partial {symbol}$ 究竟是什么",
    ),
    "jacobian_text": (
        "In ${gradient}$ the factor ${factor}$ stands where the chain rule has $\\partial {output}"
        "/\\partial {symbol}$. It is the factor of the pullback, not the Jacobian. The Jacobian "
        "has a row for each entry of ${output}$ and a column for each entry of the variable; with "
        "$\\otimes$ the Kronecker product,",
        "在 ${gradient}$ 中，因子 ${factor}$ 处于链式法则中 $\\partial {output}/\\partial "
        "{symbol}$ 的位置。"
        "它是拉回映射的因子，而不是雅可比矩阵。雅可比矩阵的行对应 ${output}$ 的元素，"
        "列对应变量的元素；记 $\\otimes$ 为克罗内克积，",
    ),
    "jacobian_end": (
        "The backward pass never forms it.",
        "反向传播从不构造它。",
    ),
    "respect_to": ("of ${output}$ with respect to", "${output}$ 关于"),
    "columns_stacked": ("columns stacked", "按列堆叠"),
    "rows_stacked": ("rows stacked, as in memory", "按行堆叠（内存次序）"),
    "closed": (
        "Written in the model's arguments alone, these are:",
        "只用模型的参数写出，即：",
    ),
    # symmetric arguments
    "free_gradient": (
        "Of the symmetric {names}, {gradients} is the *free* gradient: it takes all entries as "
        "independent, as automatic differentiation does, so that $\\mathrm{{d}}L = \\langle "
        "\\nabla {one}, \\mathrm{{d}}{one} \\rangle$ for every $\\mathrm{{d}}{one}$; that "
        "${one}^{{\\top}} = {one}$ only writes it shorter. Its *projection* on the symmetric "
        "matrices, $\\mathrm{{sym}}(G) = \\frac{{1}}{{2}}(G + G^{{\\top}})$, gives the same "
        "$\\mathrm{{d}}L$ for every symmetric $\\mathrm{{d}}{one}$, and a step along it stays "
        "symmetric:",
        "对称的 {names} 的 {gradients} 是*自由*梯度：它像自动微分那样把所有元素视为相互独立，"
        "即对任意 $\\mathrm{{d}}{one}$ 有 $\\mathrm{{d}}L = \\langle \\nabla {one}, "
        "\\mathrm{{d}}{one} \\rangle$；${one}^{{\\top}} = {one}$ 只用于化简写法。"
        "它在对称矩阵上的*投影* $\\mathrm{{sym}}(G) = \\frac{{1}}{{2}}(G + G^{{\\top}})$ "
        "对任意对称的 $\\mathrm{{d}}{one}$ 给出同样的 $\\mathrm{{d}}L$，且沿它前进一步仍保持对称：",
    ),
    "triangle": (
        "Tables that take the ${size}({size} + 1)/2$ entries of one triangle as the variables have "
        "a third, ${gradient} + ({gradient})^{{\\top}} - {gradient} \\odot I$ (K. B. Petersen, "
        "M. S. Pedersen, *The Matrix Cookbook*, 2012, eq. 138).",
        "把一个三角的 ${size}({size} + 1)/2$ 个元素当作变量的表格给出第三种形式："
        "${gradient} + ({gradient})^{{\\top}} - {gradient} \\odot I$（K. B. Petersen, "
        "M. S. Pedersen, *The Matrix Cookbook*, 2012，式 138）。",
    ),
    # code
    "code_text": (
        "From [`{name}_numpy.py`]({name}_numpy.py), whose `backward(cache, grad_output)` returns "
        "these gradients; [`{name}_torch.py`]({name}_torch.py) is the same as a "
        "`torch.autograd.Function`.",
        "摘自 [`{name}_numpy.py`]({name}_numpy.py)，其 `backward(cache, grad_output)` "
        "返回这些梯度；"
        "[`{name}_torch.py`]({name}_torch.py) 以 `torch.autograd.Function` 给出同样的内容。",
    ),
    "grad_output_note": (
        "Code multiplies by `grad_output`, which is 1 where the output is the loss itself.",
        "代码中乘以 `grad_output`；当输出即损失时它等于 1。",
    ),
    # cache
    "cache_text": (
        "What backward needs of forward is what the results contain besides the gradients.",
        "反向传播所需的前向值，就是各结果中除梯度以外所含的量。",
    ),
    "cache_text_made": (
        "What backward needs of forward is what the results contain besides the gradients. Some "
        "of it is not kept: backward makes it again.",
        "反向传播所需的前向值，就是各结果中除梯度以外所含的量。其中一部分不保留，由反向重新计算。",
    ),
    "kept": ("kept", "保留"),
    "because": ("because", "原因"),
    "bytes": ("bytes in float32", "float32 字节数"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "held_data": ("{bytes}, held by the caller already", "{bytes}，调用者本已持有"),
    "held_parameter": ("{bytes}, held as a parameter already", "{bytes}，作为参数本已持有"),
    "held_constant": ("a number", "一个数"),
    "in_no_gradient": ("it occurs in no gradient", "不出现在任何梯度中"),
    "made": ("made again", "重算"),
    "operations": ("{count} operations", "{count} 次运算"),
    "from_sizes": ("a pattern that the sizes alone give", "仅由尺寸决定的模式"),
    "for_making": ("to make {symbols} again", "用于重算 {symbols}"),
    "mask_size": ("{bytes}, truth values: one bit each would do", "{bytes}，布尔值，每个一位即可"),
    "for_value": ("for {symbol}", "用于 {symbol}"),
    "view_of": (
        "none of its own: a view of {owner}, {bytes}",
        "不另占内存：{owner} 的视图，{bytes}",
    ),
    "output_enough": (
        "not needed: {output} tells the slope of ({number})",
        "不需要：{output} 已给出 ({number}) 的导数",
    ),
    "and_more": (" and {count} more", "等（另有 {count} 个）"),
    "new_memory": (
        "New memory: {bytes} bytes; what the caller holds takes none, and a view none of its own.",
        "新占内存：{bytes} 字节；调用者已持有的数组与视图不另占内存。",
    ),
    "judged_at": (
        " The choice was weighed at {sizes}; other sizes may call for another.",
        "该选择按 {sizes} 权衡；换用其他尺寸时，最优选择可能不同。",
    ),
    "which_end": (
        "*Input or output?* That is a property of each operation: `derive list --cache` tells "
        "for each which of the two suffices, and proves it. The output of one equation is the "
        "input of the next, so one array serves both.",
        "*输入还是输出？* 这是各算子自身的性质：`derive list --cache` "
        "给出每个算子何者足够及其证明。"
        "前一式的输出就是后一式的输入，一个数组兼任两者。",
    ),
    "asked_text": ("What is kept follows what is asked:", "保留什么取决于求哪些梯度："),
    "asked_parameters": (
        " (a first layer: nobody asks for the data's gradient)",
        "（第一层：无需数据的梯度）",
    ),
    "asked_data": (" (frozen weights)", "（权重冻结）"),
    "sum_enough": ("{sum} is enough", "{sum} 已足够"),
    "until": (
        "Going backwards, a value may be freed after the last block that uses it: {lifetimes}.",
        "反向过程中，一个值在最后一次使用后即可释放：{lifetimes}。",
    ),
    "until_item": ("{symbol} after ({number})", "{symbol} 在 ({number}) 之后"),
    "pebbles_text": (
        "Forward and backward in one run, as `value_and_grad` does it: what is made when, and when "
        "it is dropped.",
        "前向与反向连续执行（即 `value_and_grad`）时，各数组何时产生、何时释放：",
    ),
    "asked": ("gradients asked for", "所求梯度"),
    "nothing": ("nothing", "无"),
    # update
    "update_text": (
        "With step length $\\eta$, gradient descent takes",
        "取步长 $\\eta$，梯度下降为",
    ),
    "step_text": (
        "{name} moves each entry $w$ of {parameters} by means of the entry $g$ of its gradient. "
        "A step is a map (weights, gradients, state) → (weights, state); it is the same for all "
        "entries, and letters here stand for single entries and numbers.",
        "{name} 用梯度的元素 $g$ 更新 {parameters} 的每个元素 $w$。"
        "一步是映射（权重，梯度，状态）→（权重，状态），对所有元素相同；此处字母均表示单个元素或数。",
    ),
    "step_state": (
        "The state is {state}, 0 at first. In this order,",
        "状态为 {state}，初值为 0。依次为",
    ),
    "clip_text": (
        "Where `max_norm` = ${bound}$ is given, the gradients are first made shorter. With "
        "${norm}$ the norm of all of them together,",
        "若给定 `max_norm` = ${bound}$，则先缩短梯度。记 ${norm}$ 为全部梯度合起来的范数，",
    ),
    "step_code": (
        "This is `update` in [`{name}_numpy.py`]({name}_numpy.py); `train_step` is "
        "`value_and_grad` and then `update`. PyTorch needs no code for it: "
        "`torch.optim.{torch}` takes the same steps with the Module of "
        "[`{name}_torch.py`]({name}_torch.py).",
        "这就是 [`{name}_numpy.py`]({name}_numpy.py) 中的 `update`；`train_step` 是 "
        "`value_and_grad` 之后接 `update`。PyTorch 无需另写代码：`torch.optim.{torch}` 对 "
        "[`{name}_torch.py`]({name}_torch.py) 中的 Module 走同样的步。",
    ),
    "state_item": ("{symbol} ({meaning})", "{symbol}（{meaning}）"),
    "step_free": (
        "A step does not keep {parameters} as annotated ({kinds}): restore that after it.",
        "一步之后 {parameters} 未必仍满足其标注（{kinds}），需自行恢复。",
    ),
    "preset": ("preset", "默认值"),
    "sgd": ("Gradient descent", "梯度下降"),
    "momentum": ("Gradient descent with momentum", "带动量的梯度下降"),
    "nesterov": ("Nesterov's momentum", "Nesterov 动量法"),
    "rmsprop": ("RMSProp", "RMSProp"),
    "adam": ("Adam", "Adam"),
    "adamw": ("AdamW", "AdamW"),
    "keyword_lr": ("step length", "步长"),
    "keyword_betas": ("how much of each running mean stays", "各滑动平均保留的比例"),
    "keyword_alpha": ("how much of the running mean stays", "滑动平均保留的比例"),
    "keyword_eps": ("keeps the divisor away from 0", "使除数不为 0"),
    "keyword_momentum": ("how much of the velocity stays", "速度保留的比例"),
    "keyword_dampening": (
        "how much of a gradient is left out after the first step",
        "首步之后梯度不计入的比例",
    ),
    "keyword_weight_decay": ("how strongly weights are drawn to 0", "权重向 0 衰减的强度"),
    "state_t": ("steps taken", "已走的步数"),
    "state_m": ("running mean of the gradient", "梯度的滑动平均"),
    "state_v": ("running mean of the squared gradient", "梯度平方的滑动平均"),
    "state_u": ("velocity: the steps so far, fading", "速度：以往各步逐渐衰减之和"),
    "parallel_text": (
        "With the rows of {data} divided among workers along ${dim}$, each worker runs forward and "
        "backward on its part. {gradients} sum over ${dim}$: the workers' results are added (an "
        "all-reduce), which gives the gradient of the whole up to rounding.",
        "将 {data} 沿 ${dim}$ 分给各工作进程，每个进程对自己的部分执行前向与反向。{gradients} 沿 "
        "${dim}$ 求和："
        "将各进程的结果相加（all-reduce），即得整体梯度（舍入误差除外）。",
    ),
    # example
    "example_text": ("Sizes {sizes}; all numbers are exact.", "取 {sizes}；所有数值均为精确值。"),
    "example_rounded": (
        "Sizes {sizes}; integers are exact, other numbers are rounded to four digits.",
        "取 {sizes}；整数为精确值，其余保留四位小数。",
    ),
    # checks
    "checks_text": (
        "`derive check {name}` repeats these with pairwise different sizes and with all sizes "
        "equal; every gradient and every entry, in float64.",
        "`derive check {name}` 用两两不同的尺寸和全部相同的尺寸重复这些检验；逐个梯度、逐个元素，"
        "float64 精度。",
    ),
    "check": ("check", "检验"),
    "against": ("against", "对照"),
    "error": ("error", "误差"),
    "check_lines": ("each line of the proofs", "证明的每一行"),
    "mod_prime": ("random integers modulo a prime", "模素数的随机整数"),
    "lines_hold": (
        "none: {held} of {total} lines hold exactly",
        "无：{total} 行中 {held} 行精确成立",
    ),
    "lines_hold_rounded": (
        "{held} of {total} lines hold, to 40 digits where a function is not rational",
        "{total} 行中 {held} 行成立；非有理函数处精确到 40 位",
    ),
    "reverse_sweep": (
        "the reverse sweep, at random integers modulo a prime",
        "反向推导，取模素数的随机整数",
    ),
    "x_exactly": ("none: equal exactly", "无：精确相等"),
    "x_to_digits": ("equal to 40 digits", "40 位内相等"),
    "x_different": ("DIFFERENT", "不相等"),
    "x_undecided": ("not decided", "未能判定"),
    "numpy_code": ("NumPy code", "NumPy 代码"),
    "formulas": ("the formulas", "公式"),
    "both_code": ("NumPy and PyTorch code", "NumPy 与 PyTorch 代码"),
    "complex_step": ("complex step", "复步长微分"),
    "four_point": ("four-point differences", "四点差分"),
    "autograd": ("PyTorch's autograd on the model itself", "对模型本身的 PyTorch 自动微分"),
    "torch_code": ("PyTorch code, second derivatives", "PyTorch 代码，二阶导数"),
    "below": ("below $10^{{{power}}}$", "小于 $10^{{{power}}}$"),
    "passed": ("passed", "通过"),
    # conditions
    "kink": (
        "At a kink, where the function has no derivative, the value is PyTorch's: {kinks}.",
        "在不可导的折点处取 PyTorch 的约定：{kinks}。",
    ),
    "smooth": (
        "Every function here is differentiable wherever it is defined.",
        "此处各函数在定义域内处处可导。",
    ),
    "computed_as": (
        "{written} is computed as {read}, {why}.",
        "{written} 按 {read} 计算，{why}。",
    ),
    "dims_positive": (
        "Dimensions are positive integers; different letters are never taken to be equal.",
        "维度均为正整数；不同字母从不视为相等。",
    ),
    "declared_same": ("Declared equal in this document: {pairs}.", "本文中设为相等：{pairs}。"),
    "ref_giles": (
        "M. B. Giles, *An extended collection of matrix derivative results for forward and reverse "
        "mode algorithmic differentiation*, 2008: the differential and pullback of a product.",
        "M. B. Giles, *An extended collection of matrix derivative results for forward and reverse "
        "mode algorithmic differentiation*, 2008：乘积的微分与拉回。",
    ),
    "ref_magnus": (
        "J. R. Magnus, H. Neudecker, *Matrix Differential Calculus with Applications in Statistics "
        "and Econometrics*: differentials, vec and the Kronecker product.",
        "J. R. Magnus, H. Neudecker, *Matrix Differential Calculus with Applications in Statistics "
        "and Econometrics*：微分、vec 算子与克罗内克积。",
    ),
    "ref_bishop": (
        "C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 4.3: softmax and "
        "the logistic function.",
        "C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, 第 4.3 节：softmax "
        "与逻辑函数。",
    ),
    "ref_cookbook": (
        "K. B. Petersen, M. S. Pedersen, *The Matrix Cookbook*, 2012, sections 2.1 and 2.2: "
        "determinants and inverses.",
        "K. B. Petersen, M. S. Pedersen, *The Matrix Cookbook*, 2012, 第 2.1、2.2 节：行列式与逆。",
    ),
    "ref_murray": (
        "I. Murray, *Differentiation of the Cholesky decomposition*, 2016, arXiv:1602.07527.",
        "I. Murray, *Differentiation of the Cholesky decomposition*, 2016, arXiv:1602.07527。",
    ),
    "ref_golub": (
        "G. H. Golub, V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least "
        "squares problems whose variables separate*, 1973.",
        "G. H. Golub, V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least "
        "squares problems whose variables separate*, 1973。",
    ),
    "ref_magnus_eigen": (
        "J. R. Magnus, *On differentiating eigenvalues and eigenvectors*, Econometric Theory, "
        "1985.",
        "J. R. Magnus, *On differentiating eigenvalues and eigenvectors*, Econometric Theory, "
        "1985。",
    ),
    "ref_higham": (
        "N. J. Higham, *Functions of Matrices*, 2008, chapters 3 and 10: the exponential and its "
        "derivative.",
        "N. J. Higham, *Functions of Matrices*, 2008, 第 3、10 章：矩阵指数及其导数。",
    ),
    "ref_townsend": (
        "J. Townsend, *Differentiating the singular value decomposition*, 2016.",
        "J. Townsend, *Differentiating the singular value decomposition*, 2016。",
    ),
    "ref_walter": (
        "S. F. Walter, L. Lehmann, *Algorithmic differentiation of linear algebra functions with "
        "application in optimum experimental design*, 2010, arXiv:1001.1654.",
        "S. F. Walter, L. Lehmann, *Algorithmic differentiation of linear algebra functions with "
        "application in optimum experimental design*, 2010, arXiv:1001.1654。",
    ),
    "ref_sgd": (
        "H. Robbins, S. Monro, *A stochastic approximation method*, Annals of Mathematical "
        "Statistics, 1951.",
    )
    * 2,
    "ref_momentum": (
        "B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR "
        "Computational Mathematics and Mathematical Physics, 1964.",
    )
    * 2,
    "ref_nesterov": (
        "I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and "
        "momentum in deep learning*, ICML 2013.",
    )
    * 2,
    "ref_rmsprop": (
        "T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, Neural Networks for Machine Learning, "
        "Coursera, 2012.",
    )
    * 2,
    "ref_adam": ("D. P. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015.",)
    * 2,
    "ref_adamw": ("I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, ICLR 2019.",)
    * 2,
    # figures
    **FIGURE_WORDS,
    # input or output
    **VERDICT_WORDS,
    # terminal
    "t_any_scalar": ("any scalar that depends on {names}", "依赖于 {names} 的任意标量"),
    "t_given": ("∂L/∂{name}, given", "∂L/∂{name}，给定"),
    "t_forward": ("Forward", "前向"),
    "t_through": ("Backward through ({number})", "反向通过 ({number})"),
    "t_gradients": ("Gradients", "梯度"),
    "t_cache": ("Cache", "缓存"),
    "t_where": ("where {told}", "其中 {told}"),
    "t_free": (
        "In {names} all entries count as independent. Projected on symmetric matrices:",
        "{names} 把所有元素视为相互独立。在对称矩阵上的投影：",
    ),
    "t_must": ("must be {shape}, from {factors}", "形状必为 {shape}，由 {factors} 构成"),
    "t_must_plain": ("must be {shape}", "形状必为 {shape}"),
    "t_products": (
        "{total} products: {formable} can be formed, {fitting} {verb} {shape}.",
        "{total} 种乘积：{formable} 种可构成，{fitting} 种为 {shape}。",
    ),
    "t_decide": ("The dimensions alone decide.", "仅凭维度即可确定。"),
    "t_candidates": ("The differential decides.", "由微分决定。"),
    "t_entrywise": (
        "entry by entry: shapes cannot decide, the differential does.",
        "逐元素：形状无法确定，由微分决定。",
    ),
    "t_sum": ("sum of what ({numbers}) give", "({numbers}) 各项之和"),
    "t_copies": (
        "{name} lacks an axis: ones copy it along the missing one",
        "{name} 缺一个轴：由全一向量沿该轴复制",
    ),
    "t_keep": ("keep {kept}", "保留 {kept}"),
    "t_keep_item": ("{name} for {uses}", "{name}（用于 {uses}）"),
    "t_keep_nothing": ("keep nothing", "无需保留"),
    "t_covered": ("{sum} is enough for {names}", "{names} 由 {sum} 代替"),
    "t_output_enough": (
        "{name} is not needed, {output} tells the slope of ({number})",
        "无需 {name}，{output} 已给出 ({number}) 的导数",
    ),
    "t_made": ("{formula} is made again, {count} operations", "重算 {formula}，{count} 次运算"),
    "t_unkept": ("{names} occur in no gradient", "{names} 不出现在任何梯度中"),
    "t_unkept_one": ("{names} occurs in no gradient", "{names} 不出现在任何梯度中"),
    "t_more": (
        "To read more: derive generate {name} --to markdown",
        "更多内容：derive generate {name} --to markdown --lang zh",
    ),
    "t_checked": (
        "Each line was checked exactly, with random integers modulo a prime.",
        "每一行都用模素数的随机整数精确验证过。",
    ),
    "t_checked_rounded": (
        "Each line was checked: exactly modulo a prime, or to 40 digits where it is not rational.",
        "每一行都验证过：有理部分模素数精确成立，其余精确到 40 位。",
    ),
    # Jacobians and Hessians
    "x_title_jacobian": ("Jacobian of {outputs} in {symbol}", "{outputs} 对 {symbol} 的雅可比"),
    "x_title_hessian": ("Hessian of {outputs} in {symbol}", "{outputs} 对 {symbol} 的黑塞矩阵"),
    "x_title_hvp": (
        "Hessian of {outputs} in {symbol} times a direction",
        "{outputs} 对 {symbol} 的黑塞矩阵乘以方向",
    ),
    "x_text_jacobian": (
        "The derivative of every entry in every entry, of shape {shape}: first the axes of the "
        "output, then those of the variable.",
        "每个输出分量对每个变量分量的导数，形状为 {shape}：先输出的轴，后变量的轴。",
    ),
    "x_text_hessian": (
        "The second derivatives, of shape {shape}: the axes of the variable, twice.",
        "二阶导数，形状为 {shape}：变量的轴出现两次。",
    ),
    "x_text_hvp": (
        "The second derivatives times a direction of the variable's shape, {shape}.",
        "二阶导数乘以与变量同形状的方向，形状为 {shape}。",
    ),
    "x_never": (
        "It is the change of the gradient along the direction, at the cost of two gradients; the "
        "Hessian itself is never formed.",
        "它是梯度沿该方向的变化，代价约为两次梯度；黑塞矩阵本身从不形成。",
    ),
    "x_structure": ("Structure: {kinds}; symmetric.", "结构：{kinds}；对称。"),
    "x_plus": (", plus ", "，加上"),
    "x_diagonal": ("diagonal", "对角"),
    "x_band": (
        "entries beside the diagonal, mirrored on its other side",
        "对角旁的分量，另一侧对称",
    ),
    "x_product": ("a Kronecker product of two matrices", "两个矩阵的克罗内克积"),
    "x_exchanged": (
        "a Kronecker product of two matrices after a transpose (with the commutation matrix)",
        "先转置再作两个矩阵的克罗内克积（含交换矩阵）",
    ),
    "x_kronecker_sum": (
        "a sum of Kronecker products, of outer squares with blocks",
        "若干克罗内克积之和，即外积与块的克罗内克积",
    ),
    "x_kronecker": (
        "one block, the same for every entry along axis {axes} (a Kronecker product with an "
        "identity)",
        "沿第 {axes} 轴每个分量处相同的一个块（与单位阵的克罗内克积）",
    ),
    "x_blocks": ("a block for each entry along axis {axes}", "沿第 {axes} 轴每个分量一个块"),
    "x_outer": ("an outer square, of rank one", "一个外积，秩为一"),
    "x_low_rank": (
        "of low rank, a weighted sum of outer squares of a factor's rows",
        "低秩，即因子各行外积的加权和",
    ),
    "x_outer_each": (
        "an outer square for each entry along axis {axes}",
        "沿第 {axes} 轴每个分量一个外积",
    ),
    "x_pair": ("an outer product and its mirror image, of rank two", "一个外积及其转置，秩为二"),
    "x_pair_each": (
        "an outer product and its mirror image for each entry along axis {axes}",
        "沿第 {axes} 轴每个分量一个外积及其转置",
    ),
    "x_low_rank_each": (
        "of low rank for each entry along axis {axes}, weighted outer squares of a factor's rows",
        "沿第 {axes} 轴每个分量为低秩，即因子各行外积的加权和",
    ),
    "x_dense": ("dense", "稠密"),
    "x_identities": (
        "Structure: zero off its diagonals, on which alone entries are computed.",
        "结构：对角以外为零，只计算对角上的分量。",
    ),
    "x_constant": ("It does not depend on {symbol}.", "它不依赖于 {symbol}。"),
    "x_free": (
        "Every entry of {symbol} counts as free, as in the free gradient; along changes that keep "
        "its property it is the second derivative there.",
        "{symbol} 的每个分量都视为自由的（如自由梯度）；沿保持其性质的方向，它就是该处的二阶导数。",
    ),
    "x_rows_stacked": (
        "With rows stacked, as arrays lie in memory, it is the {shape} matrix",
        "按行堆叠（与内存顺序一致）时，它是 {shape} 矩阵",
    ),
    "x_columns_stacked": ("With columns stacked: {formula}", "若按列堆叠则为 {formula}"),
    "x_where": ("with", "其中"),
    "x_follows": (
        "It follows from a differential, whose factor before the change is read off:",
        "由微分得出，读出变化量前的因子即可：",
    ),
    "x_code": ("In code, `{function}`:", "代码中为 `{function}`："),
}


class Words:
    """The sentences of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._at = LANGUAGES.index(lang)

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence `key`, filled in."""
        text = WORDS[key][self._at]
        return text.format(**values) if values else text

    def listed(self, items: list[str]) -> str:
        """Join items as a list in a sentence."""
        if len(items) < 2:
            return "".join(items)
        comma = ", " if self.lang == "en" else "、"
        return comma.join(items[:-1]) + self("and") + items[-1]
