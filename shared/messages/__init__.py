"""Messages in the forms people read, and the channels that deliver them."""
