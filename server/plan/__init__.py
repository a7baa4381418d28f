"""What is to be done: the catalogue, and the plans made of it."""
