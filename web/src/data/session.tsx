/** The signed-in user and their org. */
import { onIdTokenChanged, type User } from "firebase/auth";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Backend } from "./firebase";

export type Role = "owner" | "editor" | "viewer";
const ROLES: readonly string[] = ["owner", "editor", "viewer"];

export interface Session {
  user: User;
  uid: string;
  orgId: string;
  role: Role;
  /** Owners and editors. */
  mayEdit: boolean;
  isOwner: boolean;
}

export type SessionState =
  | { kind: "loading" }
  | { kind: "signed-out" }
  | { kind: "without-org"; user: User }
  | ({ kind: "signed-in" } & Session);

const BackendContext = createContext<Backend | null>(null);
const StateContext = createContext<SessionState>({ kind: "loading" });

export function SessionProvider({ backend, children }: { backend: Backend; children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ kind: "loading" });
  useEffect(
    () =>
      // Unlike onAuthStateChanged, this also fires when the token, and with it the role, changes.
      onIdTokenChanged(backend.auth, async (user) => {
        if (!user) return setState({ kind: "signed-out" });
        const { claims } = await user.getIdTokenResult();
        setState(stateOf(user, claims));
      }),
    [backend],
  );
  return (
    <BackendContext value={backend}>
      <StateContext value={state}>{children}</StateContext>
    </BackendContext>
  );
}

function stateOf(user: User, claims: Record<string, unknown>): SessionState {
  const { orgId, role } = claims;
  if (typeof orgId !== "string" || !orgId || typeof role !== "string" || !ROLES.includes(role))
    return { kind: "without-org", user };
  return {
    kind: "signed-in",
    user,
    uid: user.uid,
    orgId,
    role: role as Role,
    mayEdit: role !== "viewer",
    isOwner: role === "owner",
  };
}

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error("useBackend is used outside of SessionProvider");
  return backend;
}

export const useSessionState = () => useContext(StateContext);

/** The session on members-only pages. */
export function useSession(): Session {
  const state = useContext(StateContext);
  if (state.kind !== "signed-in") throw new Error("useSession needs a signed-in user");
  return state;
}
