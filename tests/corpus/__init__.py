"""What people say to the chat, with what may come of it: `heard` has sentences, `talks` whole conversations."""
