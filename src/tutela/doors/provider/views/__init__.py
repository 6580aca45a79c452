"""The pages of the door. Who may enter: whoever holds the link of a letter; the others see an empty front."""
