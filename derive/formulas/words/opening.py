"""The words with which a document opens: titles, the result, the variables."""

from __future__ import annotations

OPENING: dict[str, tuple[str, str]] = {
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
}
