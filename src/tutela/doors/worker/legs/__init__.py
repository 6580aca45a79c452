"""The ways out of the house: names, registries, web, mail. Each returns facts and codes, never content."""
