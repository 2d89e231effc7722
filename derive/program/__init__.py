"""The nouns: the model as a program, its derivation, what else is asked for, optimizers."""
