"""Tags for templates that show parcels."""
