"""Indonesian, Malay, Thai and English: which one a reader gets, and how words, figures and months are written in it."""
