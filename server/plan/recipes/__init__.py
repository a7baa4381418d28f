"""From a learner and a chapter to the ordered transformations, with the reasons."""
