"""What backward keeps of forward or makes again: the parts it asks for, the choice, budgets."""
