"""The one HTML mail of the product: what a mail says as a structure, and its look.

`models` holds the structure, `from_text` and `from_html` read it out of what authors write, `render` makes the
document. No markup but the template's own reaches a mail: what people, pages and models write is text in it.
"""
