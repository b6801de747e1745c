"""Reports of previews."""
