// Loaded into the Firebase CLI before it starts (`node --require`).
//
// The Auth emulator builds one Ajv validator per API parameter, and each of them first compiles JSON Schema's own
// schema in order to check a schema that ships with the CLI: 8 of its 10 seconds of start-up. Skip that check.
"use strict";

const Ajv = require(require.resolve("ajv/dist/core", { paths: [require.resolve("exegesis")] })).default;

Ajv.prototype.validateSchema = () => true;
