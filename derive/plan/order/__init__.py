"""What is computed when: statements of backward, shared chains of products, stages of forward."""
