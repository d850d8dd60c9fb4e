import { lazy, Suspense } from "react";
import { BrowserRouter, Navigate, Route, Routes, useLocation } from "react-router";
import { OrgProvider } from "../data/org";
import { useSessionState } from "../data/session";
import { ChatProvider } from "../features/chat/conversation";
import { WithoutOrg } from "../features/sign-in/without-org";
import { PageSkeleton } from "../ui/states";
import { ErrorBoundary } from "./error-boundary";
import { Frame, FrameSkeleton } from "./frame";
import { NotFound } from "./not-found";
import { PAGES } from "./routes";

const SignIn = lazy(() => import("../features/sign-in/page"));

export function App() {
  return (
    <BrowserRouter>
      <ErrorBoundary>
        <Routes>
          <Route
            path="/signin"
            element={
              <Suspense fallback={null}>
                <SignIn />
              </Suspense>
            }
          />
          <Route path="*" element={<Member />} />
        </Routes>
      </ErrorBoundary>
    </BrowserRouter>
  );
}

/** Pages for members of an org. */
function Member() {
  const state = useSessionState();
  const { pathname, search, hash } = useLocation();
  if (state.kind === "loading") return <FrameSkeleton />;
  if (state.kind === "without-org") return <WithoutOrg />;
  if (state.kind === "signed-out") {
    const asked = `${pathname}${search}${hash}`;
    return <Navigate replace to={asked === "/" ? "/signin" : `/signin?next=${encodeURIComponent(asked)}`} />;
  }
  return (
    // The key resets the pages when the account changes.
    <OrgProvider key={`${state.orgId}/${state.uid}/${state.role}`}>
      <ChatProvider>
        <Frame>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<PageSkeleton />}>
              <Routes>
                {PAGES.map(({ path, Page }) => (
                  <Route key={path} path={path} element={<Page />} />
                ))}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </ErrorBoundary>
        </Frame>
      </ChatProvider>
    </OrgProvider>
  );
}
