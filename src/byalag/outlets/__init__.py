"""Where messages leave: webhook, e-mail, SMS gateway, file."""
