"""What machines of partners may ask. Who may: anybody reaches the door; signatures say who is heard."""
