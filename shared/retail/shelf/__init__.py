"""Copies of all an org's items in a few documents, updated as items are written: `tenants/{orgId}/shelf`.

Writing an item leaves a marker (`tenants/{orgId}/shelf_changes`). The next reader applies the markers: it reads
the marked items and replaces their copies in bulk. An import of 20,000 items thus writes 20,000 small documents
and not one large document 20,000 times. A marker only says that an item must be looked at again, and items are
read after the shelf, so markers may be late, out of order or duplicated.
"""
