"""What can be asked of the exchange."""
