"""The figures of documents: geometry first, then a printer for SVG and one for TikZ."""
