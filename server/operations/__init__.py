"""Running it: what is not kept, backup and restore; dashboard, alerts and runbook."""
