"""What the public pages of law and help show, ready for templates, for downloads and for print."""
