"""What came of it: feedback, analytics, evaluation."""
