"""The demo org and the story that is told with it."""
