"""Second derivatives by their structure: diagonals, bands, two-sided products, outer squares."""
