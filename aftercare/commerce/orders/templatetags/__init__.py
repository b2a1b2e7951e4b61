"""Tags for templates that show orders."""
