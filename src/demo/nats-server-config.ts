import type { DemoAddresses, DemoLayout } from './layout.js';

/** What the configuration is about. */
export interface NatsServerConfigFacts extends DemoAddresses, Pick<DemoLayout, 'operatorJwtFile'> {
  readonly systemAccountKey: string;
}

/** The configuration of a nats-server that gets its accounts from the demo's account server. */
export function natsServerConfig(facts: NatsServerConfigFacts): string {
  return `# Written anew whenever the demo starts.
listen: ${JSON.stringify(facts.natsListen)}

# Who may sign accounts.
operator: ${JSON.stringify(facts.operatorJwtFile)}
system_account: ${facts.systemAccountKey}

# Where account JWTs come from. The account server has to be up when nats-server starts.
resolver: URL(${facts.accountServerUrl}/jwt/v1/accounts/)
`;
}

/** The addresses in a configuration that {@link natsServerConfig} wrote; what was edited away is left out. */
export function addressesIn(config: string): Partial<DemoAddresses> {
  const natsListen = /^listen: "(.+)"$/m.exec(config)?.[1];
  const accountServerUrl = /^resolver: URL\((.+)\/jwt\/v1\/accounts\/\)$/m.exec(config)?.[1];
  return {
    ...(natsListen !== undefined && { natsListen }),
    ...(accountServerUrl !== undefined && { accountServerUrl }),
  };
}
