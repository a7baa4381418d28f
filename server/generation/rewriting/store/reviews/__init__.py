"""What second readers said of stored rewrites: due, listed, counted."""
