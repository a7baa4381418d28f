"""The clients behind the port, against a server that speaks the providers' wire formats."""
