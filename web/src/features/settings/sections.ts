import type { Session } from "../../data/session";

export interface Section {
  id: "notifications" | "people" | "keys" | "secrets" | "webhooks" | "organization";
  title: string;
  lead: string;
  isFor: (session: Session) => boolean;
}

export const SECTIONS: readonly Section[] = [
  {
    id: "notifications",
    title: "Notifications",
    lead: "Which alerts your shop gets, and how.",
    isFor: () => true,
  },
  {
    id: "people",
    title: "People",
    lead: "Who can sign in, and what they can do.",
    isFor: (session) => session.mayEdit,
  },
  {
    id: "keys",
    title: "Keys",
    lead: "Keys let agents and other programs use Playbooks for your shop.",
    isFor: (session) => session.isOwner,
  },
  {
    id: "secrets",
    title: "Secrets",
    lead: "Keys and passwords for other systems that your playbooks call.",
    isFor: (session) => session.mayEdit,
  },
  {
    id: "webhooks",
    title: "Webhooks",
    lead: "We notify your other systems when something happens.",
    isFor: (session) => session.isOwner,
  },
  {
    id: "organization",
    title: "Organization",
    lead: "Your shop's name, time zone, and contacts.",
    isFor: () => true,
  },
];
