"""Copies of all of an org's items in a few documents, kept as items are written: `tenants/{orgId}/shelf`.

A write of an item leaves a marker (`tenants/{orgId}/shelf_changes`). Whoever reads the shelf first brings it up to
the markers: the items that they name are read and their copies replaced, many at once, so that an import of 20,000
items writes 20,000 small documents and no large one 20,000 times. A marker says only that an item is to be looked
at again, and the item is read after the shelf: markers may be late, out of order, or there twice.
"""
