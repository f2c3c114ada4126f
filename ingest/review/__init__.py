"""A person's decisions on figures: a plain file beside the warehouse, which wins over the rules."""
