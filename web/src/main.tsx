import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { cssVariables, theme } from "./app/theme";
import { Unreachable } from "./app/unreachable";
import { connect } from "./data/firebase";
import { SessionProvider } from "./data/session";

// After a deploy, this page's chunks are gone: reload to get the new ones. Without a network that would leave a blank page.
window.addEventListener("vite:preloadError", () => {
  if (navigator.onLine) window.location.reload();
  else window.addEventListener("online", () => window.location.reload(), { once: true });
});

const page = document.getElementById("root");
if (!page) throw new Error("index.html has no element with the id root");
const root = createRoot(page);
const start = () =>
  connect().then(
    (backend) =>
      root.render(
        <Themed>
          <SessionProvider backend={backend}>
            <App />
          </SessionProvider>
        </Themed>,
      ),
    (error: unknown) =>
      root.render(
        <Themed>
          <Unreachable reason={String(error)} onRetry={start} />
        </Themed>,
      ),
  );

function Themed({ children }: { children: React.ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <Notifications position="bottom-right" />
      {children}
    </MantineProvider>
  );
}

void start();
