"""The HTML report: what the page shows is gathered here, how it looks stands in templates/."""
