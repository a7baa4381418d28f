"""What admins read and set: figures, the log behind them, accounts."""
