"""Any chapter, any reply: generated, mutated, and held against what was promised."""
