"""The example shop as each platform would export it: exact headers, words and dirt of each."""
