import { join } from 'node:path';
import { credsFile } from './keystore.js';

/** The names in the demo: one operator, its system account, one account with two users. */
export const DEMO_NAMES = {
  operator: 'demo',
  systemAccount: 'SYS',
  systemUser: 'sys',
  account: 'APP',
  user: 'app',
  guest: 'guest',
} as const;

/** A user of the demo's account APP. */
export type DemoUser = typeof DEMO_NAMES.user | typeof DEMO_NAMES.guest;

/** Where everything of a demo is; the layout below `stores` and `keys` is nsc's. */
export interface DemoLayout {
  readonly dir: string;
  /** What nsc calls the data directory. */
  readonly storesDir: string;
  readonly keystoreDir: string;
  /** Where nsc keeps its own settings. */
  readonly nscConfigDir: string;
  /** What `--nsc` takes. */
  readonly operatorDir: string;
  readonly operatorJwtFile: string;
  readonly natsConfigFile: string;
  accountJwtFile(account: string): string;
  userJwtFile(account: string, user: string): string;
  credsFile(account: string, user: string): string;
}

/** The places of a demo that stands, or will stand, in a directory. */
export function demoLayout(dir: string): DemoLayout {
  const { operator } = DEMO_NAMES;
  const storesDir = join(dir, 'stores');
  const keystoreDir = join(dir, 'keys');
  const operatorDir = join(storesDir, operator);
  const accountDir = (account: string): string => join(operatorDir, 'accounts', account);
  return {
    dir,
    storesDir,
    keystoreDir,
    nscConfigDir: join(dir, 'nsc'),
    operatorDir,
    operatorJwtFile: join(operatorDir, `${operator}.jwt`),
    natsConfigFile: join(dir, 'nats-server.conf'),
    accountJwtFile: (account) => join(accountDir(account), `${account}.jwt`),
    userJwtFile: (account, user) => join(accountDir(account), 'users', `${user}.jwt`),
    credsFile: (account, user) => credsFile(keystoreDir, operator, account, user),
  };
}

/** Where the two servers of a demo listen. */
export interface DemoAddresses {
  /** `http://localhost:9090`, without a slash at the end. */
  readonly accountServerUrl: string;
  /** `host:port` of the demo's nats-server. */
  readonly natsListen: string;
}

/** The addresses that are used unless others are named. */
export const DEMO_ADDRESSES: DemoAddresses = {
  accountServerUrl: 'http://localhost:9090',
  natsListen: 'localhost:4222',
};
