import { keyKind } from '../../claims/keys.js';
import type { ServerIdentity } from './roll-call.js';

/** What a text that names a server may mean. */
export type FoundServer =
  | { readonly kind: 'one'; readonly server: ServerIdentity }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly servers: readonly ServerIdentity[] };

/** Whether the text is a whole server id, which needs no look at who there is. */
export const isServerId = (text: string): boolean => keyKind(text) === 'server';

/** Finds the server that a text names: its id, its name, or the beginning of either if no other begins so. */
export function findServer(text: string, servers: readonly ServerIdentity[]): FoundServer {
  const begins = ({ id, name }: ServerIdentity): boolean =>
    name.startsWith(text) || id.startsWith(text.toUpperCase());
  const same = servers.filter(({ id, name }) => id === text || name === text);
  const meant = same.length > 0 ? same : servers.filter(begins);
  const [server] = meant;
  if (server === undefined || text === '') return { kind: 'none' };
  return meant.length === 1 ? { kind: 'one', server } : { kind: 'several', servers: meant };
}
