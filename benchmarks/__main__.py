"""`make bench`: every benchmark, one after the other."""

from benchmarks import hostile, splitting

splitting.main()
hostile.main()
