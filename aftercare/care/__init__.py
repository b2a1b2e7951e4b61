"""Care: putting right what went wrong."""
