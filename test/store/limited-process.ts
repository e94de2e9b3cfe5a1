/**
 * Run by limits.test.ts in a process of its own, since the limits it is about hold for whole processes: opens a store
 * on the directory given, and watches the operator's file in it as one of its own, and prints what it logs and reports,
 * a line each. Of its input, the line `hog` makes it use
 * up its descriptors, `free` gives them back, and the end closes the store.
 */
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { OperatorFile } from '../../src/store/operator-file.js';

const [dir = '', sweepMs = ''] = process.argv.slice(2);
const noLog = { debug() {}, info() {}, warn() {}, error() {} };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const store: NscDirectoryStore = new NscDirectoryStore({
  dir,
  readOnly: true,
  sweepMs: Number(sweepMs),
  log: {
    debug() {},
    info: (_facts, message) => print(`info ${message}`),
    warn: (_facts, message) => print(`warn ${message}`),
    error: (_facts, message) => print(`error ${message}`),
  },
});
let sweeps = 0;
await store.start({
  slotRead: ({ slot, bytes }) => {
    print(`read ${slot} ${bytes.length}`);
    return 'accepted';
  },
  slotUnreadable: (slot) => print(`unreadable ${slot}`),
  slotGone: (slot) => print(`gone ${slot}`),
  operatorRead() {},
  operatorUnreadable: (_file, problem) => print(`operator unreadable: ${problem}`),
  storeUnavailable: (problem) => print(`down ${problem}`),
  storeAvailable: () => print('up'),
  swept: () => print(`sweep ${sweeps++}, ${store.unwatchedFolders} not watched`),
});

const file = new OperatorFile({ path: `${dir}/op.jwt`, sweepMs: Number(sweepMs), watch: true, log: noLog });
await file.start({
  operatorRead: (_file, bytes) => print(`operator file ${bytes.length}`),
  operatorUnreadable() {},
});

const hoard: number[] = [];

function hog(): void {
  try {
    for (;;) hoard.push(openSync('/dev/null', 'r'));
  } catch {
    print(`hoarding ${hoard.length}`);
  }
}

createInterface(process.stdin)
  .on('line', (line) => {
    if (line === 'hog') hog();
    else for (const fd of hoard.splice(0)) closeSync(fd);
  })
  .on('close', () => void Promise.all([store.close(), file.close()]));
