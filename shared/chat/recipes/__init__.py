"""Recipes: what each topic's playbook consists of, a module for each family."""
