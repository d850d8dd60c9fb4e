"""Actions in which agents write, sort, extract and review text: with Claude if a key is set, otherwise computed."""
