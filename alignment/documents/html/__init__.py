"""What a browser would show of HTML."""
