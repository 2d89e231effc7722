"""The derivation as a document: blocks in one language, and a printer for each format."""
