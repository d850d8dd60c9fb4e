"""The agents by name and what each answers for."""
