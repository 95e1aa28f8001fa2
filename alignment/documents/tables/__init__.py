"""Tables of any format -> one piece of text for each row, with its headers."""
