"""OpenAI and all that speak its Chat Completions, through the official SDK."""
