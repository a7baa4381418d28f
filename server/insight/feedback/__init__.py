"""Feedback: what learners say about the chapters and sections they were shown."""
