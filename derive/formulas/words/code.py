"""The words around code: what is kept between the passes, and what an optimizer does."""

from __future__ import annotations

CODE: dict[str, tuple[str, str]] = {
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
}
