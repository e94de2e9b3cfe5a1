import { access, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DemoError, messageOf } from './demo-error.js';
import { DEMO_ADDRESSES, DEMO_NAMES, type DemoAddresses, type DemoLayout, demoLayout } from './layout.js';
import { makeOperator } from './make-operator.js';
import { addressesIn, natsServerConfig } from './nats-server-config.js';
import { tokenPayload } from './token-text.js';

/** A demo that stands on disk. */
export interface Demo extends DemoLayout, DemoAddresses {
  /** Whether it was made just now. */
  readonly created: boolean;
  readonly natsUrl: string;
  /** Creds of the system account's user: what `--creds` takes. */
  readonly systemCredsFile: string;
  readonly operatorKey: string;
  readonly systemAccountKey: string;
  /** The account that the guide plays with. */
  readonly appAccountKey: string;
  readonly guestKey: string;
}

/**
 * Makes the demo in a directory, or takes up the one that stands there. A new one appears whole or not at all. The
 * nats-server configuration is written each time, since it holds addresses and absolute paths.
 * @throws DemoError when what stands there is damaged or cannot be written
 */
export async function createDemo(directory: string, addresses: Partial<DemoAddresses> = {}): Promise<Demo> {
  const layout = demoLayout(resolve(directory));
  const created = !(await exists(layout.dir)) && (await buildAside(layout.dir));
  const demo = await assemble(layout, { ...DEMO_ADDRESSES, ...addresses }, created);
  await writeNatsServerConfig(demo);
  return demo;
}

/**
 * Takes up a demo that stands in a directory, at the addresses of its last start; writes nothing.
 * @throws DemoError when there is none, or it is damaged
 */
export async function openDemo(directory: string): Promise<Demo> {
  const layout = demoLayout(resolve(directory));
  if (!(await exists(layout.dir))) throw new DemoError(`there is no demo in ${layout.dir}: start one first`);
  const config = await needed(layout, layout.natsConfigFile, () => readFile(layout.natsConfigFile, 'utf8'));
  return assemble(layout, { ...DEMO_ADDRESSES, ...addressesIn(config) }, false);
}

async function assemble(layout: DemoLayout, addresses: DemoAddresses, created: boolean): Promise<Demo> {
  return {
    ...layout,
    ...addresses,
    ...(await readKeys(layout)),
    created,
    natsUrl: `nats://${addresses.natsListen}`,
    systemCredsFile: layout.credsFile(DEMO_NAMES.systemAccount, DEMO_NAMES.systemUser),
  };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Builds beside the place and moves there in one step; false when somebody else was faster. */
async function buildAside(dir: string): Promise<boolean> {
  let aside: string | undefined;
  try {
    aside = await mkdtemp(`${dir}.new-`);
    await makeOperator(demoLayout(aside));
    await rename(aside, dir);
    return true;
  } catch (cause) {
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
    if (await exists(dir)) return false;
    throw new DemoError(`the demo cannot be made in ${dir}: ${messageOf(cause)}`, { cause });
  }
}

type DemoKeys = Pick<Demo, 'operatorKey' | 'systemAccountKey' | 'appAccountKey' | 'guestKey'>;

/** Reads who is who from the tokens themselves, which also shows what is missing. */
async function readKeys(layout: DemoLayout): Promise<DemoKeys> {
  const { account, guest, systemAccount, systemUser } = DEMO_NAMES;
  const subjectOf = (file: string): Promise<string> =>
    needed(layout, file, async () => tokenPayload(await readFile(file, 'utf8')).sub);
  const credsFile = layout.credsFile(systemAccount, systemUser);
  await needed(layout, credsFile, () => access(credsFile));
  return {
    operatorKey: await subjectOf(layout.operatorJwtFile),
    systemAccountKey: await subjectOf(layout.accountJwtFile(systemAccount)),
    appAccountKey: await subjectOf(layout.accountJwtFile(account)),
    guestKey: await subjectOf(layout.userJwtFile(account, guest)),
  };
}

async function needed<T>(layout: DemoLayout, file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const advice = `delete ${layout.dir} to have a new one made, or serve what is left with --nsc ${layout.operatorDir}`;
    throw new DemoError(`the demo is damaged: ${file}: ${messageOf(cause)}; ${advice}`, { cause });
  }
}

async function writeNatsServerConfig(demo: Demo): Promise<void> {
  try {
    await writeFile(demo.natsConfigFile, natsServerConfig(demo));
  } catch (cause) {
    throw new DemoError(`${demo.natsConfigFile} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
