// Loaded into the Firebase CLI before anything else: every name is this machine, and nothing else is connected to.
// What was looked up and connected to is written down, one JSON line each.
"use strict";
const dns = require("dns");
const fs = require("fs");
const net = require("net");

function note(kind, value) {
  fs.appendFileSync(process.env.GUARD_LOG, JSON.stringify({ kind, value }) + "\n");
}

dns.lookup = function (hostname, options, callback) {
  const done = callback || options;
  const all = typeof options === "object" && options !== null && options.all;
  note("lookup", hostname);
  process.nextTick(() => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)));
};
dns.promises.lookup = async (hostname) => {
  note("lookup", hostname);
  return { address: "127.0.0.1", family: 4 };
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === "object" && first !== null ? first : { port: first, host: args[1] };
  note("connect", `${options.host || options.path || "localhost"}:${options.port || ""}`);
  if (String(options.port) !== process.env.GUARD_PORT) {
    process.nextTick(() => this.destroy(new Error(`the test lets nothing reach port ${options.port}`)));
    return this;
  }
  return connect.apply(this, args);
};
