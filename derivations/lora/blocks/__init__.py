"""What the course brings to a page beside the engine's blocks: the calculator, and its drawings of matrices."""
