"""`make bench`: every benchmark, one after the other."""

from benchmarks import (
    analytics,
    cached,
    crashing,
    generation,
    hostile,
    keys,
    memory,
    moved,
    reviews,
    splitting,
)

splitting.main()
hostile.main()
keys.main()
memory.main()
moved.main()
cached.main()
generation.main()
reviews.main()
analytics.main()
crashing.main()
