"""Accounts of the Auth emulator, as the tests know them."""

from local.stack.accounts import AS_ADMIN, PASSWORD, Account, change_account, sign_up, sign_up_as

__all__ = ["AS_ADMIN", "PASSWORD", "Account", "change_account", "sign_up", "sign_up_as"]
