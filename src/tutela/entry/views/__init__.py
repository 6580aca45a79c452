"""The pages of getting in, one file for each errand."""
