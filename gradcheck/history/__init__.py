"""What runs leave behind, for the runs after them."""
