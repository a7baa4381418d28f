"""Money and limits: what calls cost, the day's budget, a learner's share, the switch."""
