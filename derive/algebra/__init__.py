"""The expression vocabulary: labelled products, sums, elementwise maps, named operations."""
