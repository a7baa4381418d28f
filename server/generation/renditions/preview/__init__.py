"""What would be done to a chapter, and what it would cost."""
