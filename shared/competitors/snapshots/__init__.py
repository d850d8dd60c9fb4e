"""Snapshots of menus, kept in Firestore."""
