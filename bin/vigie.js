#!/usr/bin/env node
// The command lives in its workspace, which is what `npx vigie` finds; this is the same for `node bin/vigie.js`.
await import('../services/cli/bin/vigie.js');
