"""Configuration: settings, addresses, the command line and how processes are wired together."""
