"""How much a second reader finds: faults planted into good rewrites, and false alarms in others."""
