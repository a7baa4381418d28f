"""Analytics: what admins read about use, latency, cost and failures."""
