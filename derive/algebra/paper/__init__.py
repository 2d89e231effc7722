"""The form that an expression has on paper, where nothing has a price and no number overflows."""
