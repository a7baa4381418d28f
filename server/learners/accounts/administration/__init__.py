"""What admins do with accounts."""
