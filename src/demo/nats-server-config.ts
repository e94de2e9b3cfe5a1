import type { DemoAddresses, DemoLayout } from './layout.js';

/** The configuration of a nats-server that gets its accounts from the demo's account server. */
export function natsServerConfig(
  layout: DemoLayout,
  addresses: DemoAddresses,
  systemAccountKey: string,
): string {
  return `# Written anew whenever the demo starts.
listen: ${JSON.stringify(addresses.natsListen)}

# Who may sign accounts.
operator: ${JSON.stringify(layout.operatorJwtFile)}
system_account: ${systemAccountKey}

# Where account JWTs come from. The account server has to be up when nats-server starts.
resolver: URL(${addresses.accountServerUrl}/jwt/v1/accounts/)
`;
}
