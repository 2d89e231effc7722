"""The words for the two passes: modules, steps, dimension tables, proofs, projections."""

from __future__ import annotations

PASSES: dict[str, tuple[str, str]] = {
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
        "And no shape sees a factor: ${twice}$ fits as well. The dimensions find the answer "
        "quickly; the proof is what makes it true.",
        "形状也看不出系数：${twice}$ 同样符合。维度分析能很快找到答案，证明才使其成立。",
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
}
