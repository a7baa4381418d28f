"""Claude, through its official SDK."""
