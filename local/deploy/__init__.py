"""Brings a Google Cloud project to the state that functions.yaml and this folder describe, again and again."""
