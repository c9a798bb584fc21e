"""What can be said of a text before it leaves, without any model, in nine languages (fr en de es it nl pt pl sv)."""
