"""Structured messages and their renderings: email, plain text, SMS, Slack.

`models` holds the structure, `build` makes it from report data, `from_text` from plain text. `author_html` is the
other way into an email: author-written HTML, sanitized and placed in the letterhead.
"""
