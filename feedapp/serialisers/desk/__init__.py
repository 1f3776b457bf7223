"""The operator's desk as texts and rows of numbers, the same for the page and the terminal."""
