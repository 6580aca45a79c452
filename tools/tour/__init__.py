"""How the tour of docs/tour.md comes about: the scene, the camera, and one way through each door.

Only tools/make_tour.py uses it. What is shown stands in tools/tour.toml.
"""
