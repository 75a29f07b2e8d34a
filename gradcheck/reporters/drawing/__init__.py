"""Pictures as text: inline SVG and PNG, drawn by hand since no chart here needs a library."""
