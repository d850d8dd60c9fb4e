"""How words reach people: email, SMS, inbox, and the preferences that decide between them."""
