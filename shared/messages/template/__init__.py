"""What the product says, as one structure, and its forms: a mail, a plain text, an SMS, a Slack post.

`models` holds the structure, `build` makes it out of what a report found, `from_text` out of a text that somebody
wrote. `author_html` is the second way into a mail: HTML that authors write, made safe and set into the letterhead.
"""
