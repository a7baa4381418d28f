"""`make bench`: every benchmark, one after the other."""

from benchmarks import analytics, cached, crashing, generation, hostile, splitting

splitting.main()
hostile.main()
cached.main()
generation.main()
analytics.main()
crashing.main()
