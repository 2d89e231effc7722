"""Array operations as NumPy and PyTorch mean them, made of expression nodes, for any rank.

Each function takes nodes (and exact numbers where an array is expected), judges the shapes, and
returns a node; a misfit raises `ShapeFault`, which names the operands and the rule.
"""
