"""A chapter as the elements that a docs site makes of it."""
