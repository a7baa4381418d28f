"""Chapters: from files on disk to sections of skeleton and runs, and back byte for byte."""
