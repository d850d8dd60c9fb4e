import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` shows changes at once beside a running stack (`make up`), whose Hosting answers everything else.
const stack = "http://127.0.0.1:5000";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // The first that matches takes a module, with what it imports: what Firestore shares with signing in must not
            // land in Firestore's chunk, which is loaded after the first paint.
            { name: "react", priority: 3, test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            {
              name: "firebase",
              priority: 2,
              test: /node_modules[\\/](@firebase[\\/](app|auth|component|logger|util)|firebase[\\/](app|auth)|idb|tslib)[\\/]/,
            },
            {
              name: "firestore",
              priority: 1,
              test: /node_modules[\\/](@firebase[\\/](firestore|webchannel-wrapper)|firebase[\\/]firestore)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: { port: 5173, strictPort: true, host: "127.0.0.1", proxy: { "/api": stack, "/__": stack } },
});
