"""What is seen: the widgets of canaryscope. They import textual and rich only."""
