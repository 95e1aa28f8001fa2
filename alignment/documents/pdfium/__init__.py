"""A page of a PDF -> its upright segments, rules, pictures and overlays."""
