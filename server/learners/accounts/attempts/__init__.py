"""How often somebody may try to sign in, and an address to register."""
