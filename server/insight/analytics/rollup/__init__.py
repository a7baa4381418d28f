"""The roll-up that figures are read from."""
