/** Every route of the dashboard. Emails link to these and to `/signin`. */
import { type ComponentType, lazy } from "react";
import { Navigate } from "react-router";

const Alerts = lazy(() => import("../features/alerts/page"));
const Chat = lazy(() => import("../features/chat/page"));
const Competitor = lazy(() => import("../features/competitors/competitor-page"));
const Competitors = lazy(() => import("../features/competitors/page"));
const Decisions = lazy(() => import("../features/decisions/page"));
const Home = lazy(() => import("../features/home/page"));
const Playbook = lazy(() => import("../features/playbooks/playbook-page"));
const Playbooks = lazy(() => import("../features/playbooks/page"));
const Run = lazy(() => import("../features/runs/run-page"));
const Runs = lazy(() => import("../features/runs/page"));
const Settings = lazy(() => import("../features/settings/page"));
const Usage = lazy(() => import("../features/usage/page"));

const to = (path: string) => () => <Navigate replace to={path} />;

export const PAGES: readonly { path: string; Page: ComponentType }[] = [
  { path: "/", Page: Home },
  { path: "/playbooks", Page: Playbooks },
  { path: "/playbooks/:playbookId", Page: Playbook },
  { path: "/runs", Page: Runs },
  { path: "/runs/:runId", Page: Run },
  { path: "/dashboard/alerts", Page: Alerts },
  { path: "/alerts", Page: to("/dashboard/alerts") },
  { path: "/decisions", Page: Decisions },
  { path: "/decisions/:kind/:decisionId", Page: Decisions },
  { path: "/competitors", Page: Competitors },
  { path: "/competitors/:competitorId", Page: Competitor },
  { path: "/usage", Page: Usage },
  { path: "/settings", Page: to("/settings/notifications") },
  { path: "/settings/:section", Page: Settings },
  { path: "/chat", Page: Chat },
];
