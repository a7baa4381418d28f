"""The cache of whole chapters: stored, counted, cleared, evicted."""
