"""The invitation email: someone can now sign in to an org, and how."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from shared.api.firebase_app import firebase_app
from shared.api.member_list import ListedMember, asking_auth
from shared.errors import TransientError
from shared.messages import links, mail
from shared.messages.email import compose, subject_line
from shared.messages.template.build import notes, paragraphs
from shared.messages.template.models import Actions, Button, Message

_ROLES = {
    "owner": "an owner: you can change everything",
    "editor": "an editor: you can make and run playbooks",
    "viewer": "a viewer: you can see what the playbooks do",
}


def send_invitation(member: ListedMember, org_name: str, inviter: str | None, now: datetime) -> None:
    """Emails the member a link to the dashboard, or for a first sign-in, a link to choose a password.

    Repeated within the same minute, it sends nothing more.

    Raises:
        PermanentError: the address can't be emailed, or Mailjet refused the email.
        TransientError: Firebase Auth or Mailjet wasn't reached.
    """
    address = member.email or ""
    role = _ROLES[member.role]
    opening = f"{inviter or 'The owner'} added you to {org_name} as {role}."
    sign_in = links.url(links.SIGN_IN)
    if member.status == "invited":
        label, link = "Choose a password", _password_link(address)
        hint = f"The link works for one hour. After that, open {sign_in} and choose “Forgot password?”."
    else:
        label, link, hint = "Sign in", sign_in, "Use the account you already have."
    ending = "If you didn't expect this, you can ignore this email."
    subject = subject_line(f"You've been added to {org_name}")
    way_in = Actions(buttons=(Button(label=label, url=link),))
    content = Message(title=subject, lead=opening, sections=(way_in, *paragraphs(hint), *notes(ending)))
    message = compose(address, subject, content=content)
    mail.send_once(message, f"invitation-{member.uid}-{now:%Y%m%dT%H%M}", None, now)


def _password_link(address: str) -> str:
    """Our own page with the code from Firebase's link, because Firebase's page doesn't lead back to us."""
    from firebase_admin import auth

    with asking_auth():
        made = auth.generate_password_reset_link(address, app=firebase_app())
    codes = parse_qs(urlsplit(made).query).get("oobCode")
    if not codes:
        raise TransientError("Firebase returned no password reset code; try again")
    query = urlencode({"mode": "resetPassword", "oobCode": codes[0], "email": address})
    return links.url(f"{links.SIGN_IN}?{query}")
