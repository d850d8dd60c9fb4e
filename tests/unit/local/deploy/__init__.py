"""Tests of the deployment's plan; nothing here touches a project."""
