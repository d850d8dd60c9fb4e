// `node check_manifest.cjs FOLDER`: has the pinned Firebase CLI read FOLDER/functions.yaml as a deployment does.
//
// Its parser refuses keys that it does not know and values of another type, at every level; its validator refuses what
// does not go together (concurrency without a whole CPU, a scheduled function that takes longer than its job waits).
// Each function is read by itself, so that every problem is printed and not the first one only. Without a network.
"use strict";

const fs = require("fs");
const path = require("path");

const [folder] = process.argv.slice(2);
const cli = path.join(__dirname, "..", "firebase-cli", "node_modules", "firebase-tools");
const functions = path.join(cli, "lib", "deploy", "functions");
const yaml = require(require.resolve("yaml", { paths: [cli] }));
const discovery = require(path.join(functions, "runtimes", "discovery"));
const { allEndpoints, empty } = require(path.join(functions, "backend"));
const { toBackend } = require(path.join(functions, "build"));
const { endpointsAreValid } = require(path.join(functions, "validate"));

const PROJECT = "demo-playbooks";
const REGION = "us-central1";

function messagesOf(error) {
  const causes = error.children ?? [];
  return causes.length ? causes.flatMap(messagesOf) : [error.message];
}

function check(manifest) {
  const build = discovery.yamlToBuild(manifest, PROJECT, REGION, "python311");
  const backend = toBackend(build, {});
  for (const endpoint of allEndpoints(backend)) {
    endpoint.codebase = "default";
  }
  endpointsAreValid(backend, empty());
  return allEndpoints(backend).length;
}

function problemsOf(manifest) {
  const problems = [];
  const ids = Object.keys(manifest.endpoints ?? {});
  const alone = ids.map((id) => ({ ...manifest, endpoints: { [id]: manifest.endpoints[id] } }));
  for (const one of alone.length ? alone : [manifest]) {
    try {
      check(one);
    } catch (error) {
      problems.push(...messagesOf(error));
    }
  }
  return [...new Set(problems)];
}

const manifest = yaml.parse(fs.readFileSync(path.join(folder, "functions.yaml"), "utf8"));
const problems = problemsOf(manifest);
for (const problem of problems) {
  console.error(`functions.yaml: ${problem}`);
}
if (!problems.length && check(manifest) !== Object.keys(manifest.endpoints).length) {
  console.error("functions.yaml: the Firebase CLI leaves out some of its functions");
  process.exitCode = 1;
}
process.exitCode ||= problems.length ? 1 : 0;
