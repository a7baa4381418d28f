"""Who reads: accounts, profiles, and what conditions say of them."""
