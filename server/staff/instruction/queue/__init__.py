"""What needs eyes."""
