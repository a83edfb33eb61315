//! A chart and its values rendered to text.
