"""Deploys functions.yaml and this folder to a Google Cloud project, idempotently."""
