"""The dashboard's TypeScript types, made from the product's own models: documents and answers cannot drift."""
