"""What is known of a matrix: symmetric, triangular, orthonormal."""
