"""Grounded records of conferences on Party resolutions, from Vietnamese news."""
