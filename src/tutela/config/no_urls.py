"""The URLs of a process that answers no request: none."""

urlpatterns: list[object] = []
