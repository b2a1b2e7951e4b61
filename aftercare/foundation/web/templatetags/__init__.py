"""What every template may use: amounts, moments, icons, badges, brand colours and small charts."""
