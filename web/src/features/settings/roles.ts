import type { ListedMember } from "../../data/types/api";

export type Role = ListedMember["role"];

export const ROLES: readonly { value: Role; name: string; may: string }[] = [
  { value: "owner", name: "Owner", may: "can do everything, including changing these settings." },
  { value: "editor", name: "Editor", may: "can make and run playbooks, and decide what agents suggest." },
  { value: "viewer", name: "Viewer", may: "can see what playbooks do, without customers' data." },
];

export const roleName = (role: Role) => ROLES.find(({ value }) => value === role)?.name ?? role;
