"""Programs of the repository itself, behind the Makefile's targets. The product never imports them."""
