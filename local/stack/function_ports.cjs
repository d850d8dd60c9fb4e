// Loaded into the Firebase CLI before it starts (`node --require`).
//
// The Functions emulator looks for a free port for each process, and the process takes it a second later. Two that
// start at the same time, of one stack or of two, can be given the same port: the later one cannot listen, and its
// calls are answered by another function. So each stack owns a block of ports, and gives each port to one process.
"use strict";

const net = require("node:net");
const portfinder = require("portfinder");

// Above the system's ephemeral ports and everything else that a stack listens on.
const FIRST = 61_000;
const SIZE = 200;
const BLOCKS = 22;
const HOST = "127.0.0.1";

const anyPort = portfinder.getPortPromise;
let block;
let given = 0;

/** Who listens on a block's first port owns it, until its process ends. */
function own(first) {
  return new Promise((resolve) => {
    const owner = net.createServer();
    owner.once("error", () => resolve(false));
    owner.listen({ host: HOST, port: first, exclusive: true }, () => {
      owner.unref();
      resolve(true);
    });
  });
}

async function findBlock() {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let number = 0; number < BLOCKS; number += 1) {
    const first = FIRST + ((start + number) % BLOCKS) * SIZE;
    if (await own(first)) return first;
  }
  throw new Error(`${BLOCKS} stacks run on this machine: no ports are left for functions`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: HOST, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

async function nextPort() {
  block ??= findBlock();
  const first = await block;
  for (let tries = 1; tries < SIZE; tries += 1) {
    given = (given % (SIZE - 1)) + 1;
    const port = first + given;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of ${first + 1} to ${first + SIZE - 1} is free for a function`);
}

// What the emulator asks for functions: 8081 and up to 1,000 more.
const isForFunction = (options) => options?.port >= 8081 && options.port <= 9081;

portfinder.getPortPromise = (options) => (isForFunction(options) ? nextPort() : anyPort(options));
