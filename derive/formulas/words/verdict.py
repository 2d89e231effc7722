"""The sentences of the page that tells what each operation's backward needs of forward."""

from __future__ import annotations

VERDICT: dict[str, tuple[str, str]] = {
    "v_title": (
        "Input or output? What backward needs of forward",
        "输入还是输出？反向传播需要前向的什么",
    ),
    "v_subtitle": (
        "A property of the operation, settled for each by the formula of its slope.",
        "这是算子本身的性质，由各算子导数的写法判定。",
    ),
    "v_verdict": (
        "**Verdict.** Whether a layer keeps its input or its output is no rule of "
        "backpropagation. It is a property of the operation: enough is kept when the slope can "
        "be written in it.",
        "**结论。** 一层应保留输入还是输出，并不是反向传播的一般规则，而是算子本身的性质："
        "只要导数能用所保留的量写出，保留的量就足够。",
    ),
    "v_argument": ("The argument", "论证"),
    "v_slope": (
        "An entrywise operation $Y = f(X)$ has $\\mathrm{d}Y = f'(X) \\odot \\mathrm{d}X$. The "
        "slope takes the gradient back, and $Y$ and $X$ come in nowhere else:",
        "逐元素算子 $Y = f(X)$ 满足 $\\mathrm{d}Y = f'(X) \\odot \\mathrm{d}X$。"
        "反向时只乘以同一个导数，$X$ 与 $Y$ 不再以其他方式出现：",
    ),
    "v_two_ways": (
        "The slope is a function of the input. Where it is one of the output too, "
        "$f'(X) = g(Y)$, the output is enough and the input can be dropped: "
        "$\\tanh'(X) = 1 - Y^2$. Where two inputs of one output have different slopes, no formula "
        "in the output can exist, and the input has to stay; such inputs are listed "
        "below. Where the slope has two values only, one bit an entry is enough. A product "
        "$Y = XW$ has its other factor as slope: "
        "$\\nabla W = X^{\\top} \\nabla Y$ takes the input, $\\nabla X = \\nabla Y\\, W^{\\top}$ "
        "the weight, and neither takes $Y$. A sum takes nothing.",
        "导数是输入的函数。若它也能写成输出的函数 $f'(X) = g(Y)$，则保留输出即可，输入可以丢弃："
        "$\\tanh'(X) = 1 - Y^2$。若两个输入给出同一输出而导数不同，则不可能用输出写出导数，"
        "输入必须保留；下文列出这样的输入。若导数只取两个值，则每个元素一位即可。乘积 $Y = XW$ "
        "的导数是另一个因子：$\\nabla W = X^{\\top} \\nabla Y$ 用输入，"
        "$\\nabla X = \\nabla Y\\, W^{\\top}$ 用权重，二者都不用 $Y$。求和则什么都不需要。",
    ),
    "v_chain": (
        "In a chain $H_k = f_k(H_{k-1})$ one array serves both: the output of a layer is the input "
        "of the next. *Keep the input of layer k* and *keep the output of layer k − 1* name the "
        "same $H_{k-1}$, so drawings of either kind keep the same memory, but for the two "
        "ends: the data, which the caller holds, and the last output. So the sentence *what is "
        "kept is the output of the operator before, since a gradient needs only the operator's own "
        "weight and its own input* is right for a linear layer, for products and for GELU; "
        "for tanh, sigmoid, exp and softmax it keeps an array that nobody needs, their "
        "input; and ReLU can do with any one of three. In a network the best choice is one for all "
        "operations together, since an array that one of them needs is there for its neighbour "
        "too: `derive plan` finds it.",
        "在链 $H_k = f_k(H_{k-1})$ 中，同一个数组兼任两者：一层的输出就是下一层的输入。"
        "“保留第 k 层的输入”与“保留第 k − 1 层的输出”说的是同一个 $H_{k-1}$，"
        "因此两种画法占用的内存相同，只在两端有别：调用者本来就持有的数据，以及最后的输出。"
        "所以“缓存的应是前一个算子的输出，因为当前算子的梯度只需要自己的权重和自己的输入”"
        "对线性层、乘积和 GELU 成立；对 tanh、sigmoid、exp 和 softmax，这样会保留无人需要的数组，"
        "即它们的输入；ReLU 则三者取一即可。在网络中，最佳选择要对所有算子一起作出，"
        "因为一个算子所需的数组也可供相邻算子使用：`derive plan` 给出这一选择。",
    ),
    "v_found": (
        "Nothing in the tables is typed in. Each operation is a model of one to three lines; "
        "every set of its inputs, its output, the values inside it and its truth values was tried, "
        "and the smallest sets that suffice are listed with the formula that proves it. A set "
        "suffices when the gradient can be written in it entry by entry. What forward made by a "
        "sum or a product is not made again: from the inputs everything would follow. Bytes are "
        "those of float32; a truth value needs one bit (NumPy and PyTorch give it a "
        "byte), an index eight bytes.",
        "表中没有任何手工填写的内容。每个算子是一至三行的模型；derive 试遍其输入、输出、内部值"
        "与布尔值的所有组合，列出足够的最小组合，并附上证明其足够的公式。若梯度能用某个组合逐元素"
        "写出，该组合即足够。前向中由求和或乘积得到的量不重新计算：否则一切都可由输入得出。"
        "字节数按 float32 计；布尔值只需一位（NumPy 与 PyTorch 给它一个字节），"
        "整数下标占八字节。",
    ),
    "v_overview": ("Overview", "总览"),
    "v_enough": ("enough", "足够的量"),
    "v_operations": ("operations", "算子"),
    "v_operation": ("operation", "算子"),
    "v_gradient": ("gradient", "梯度"),
    "v_bytes": ("bytes", "字节数"),
    "v_because": ("because", "原因"),
    "v_nothing": ("nothing", "无"),
    "v_either": ("the input or the output, either alone", "输入或输出，任一即可"),
    "v_output": (
        "the output; from the input alone it would have to be made again",
        "输出；只有输入时须重新计算",
    ),
    "v_input": ("the input; the output is not enough", "输入；仅有输出不够"),
    "v_bit": ("one bit an entry", "每个元素一位"),
    "v_several": (
        "other factors, or several values: see below",
        "其他因子，或若干个量：见下文",
    ),
    "v_group_entrywise": ("Entry by entry", "逐元素算子"),
    "v_group_products": ("Sums and products", "求和与乘积"),
    "v_group_rows": ("Along an axis", "沿轴的算子"),
    "v_group_losses": ("Losses", "损失"),
    "v_not_output": ("Where the output is not enough", "输出何时不够"),
    "v_not_output_text": (
        "Two inputs that the operation takes to the same output, where its slope differs: the "
        "output does not tell which of the two slopes is right.",
        "下列各对输入的输出相同而导数不同：只凭输出无法判断应取哪个导数。",
    ),
    "v_two_inputs": ("two inputs", "两个输入"),
    "v_one_output": ("the output of both", "共同的输出"),
    "v_slopes": ("the slopes", "各自的导数"),
}
