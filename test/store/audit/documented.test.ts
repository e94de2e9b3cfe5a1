import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_OUTCOMES } from '../../../src/accounts/audit.js';
import { auditLine } from '../../../src/store/audit/audit-line.js';
import { PROJECT_ROOT } from '../../support/real-program.js';

const page = readFileSync(join(PROJECT_ROOT, 'docs/audit.md'), 'utf8');

test('every outcome is documented as it is', () => {
  for (const [outcome, meaning] of Object.entries(AUDIT_OUTCOMES)) {
    expect(page).toContain(`| \`${outcome}\` | ${meaning} |`);
  }
});

test('every member of a line is documented', () => {
  const token = { iat: 1, hash: 'h' };
  const about = { account: 'A', name: 'a', old: token, new: token, rule: 'r', repeated: 1 };
  const origins = [
    { kind: 'push', remoteAddress: 'x', pusher: 'y' },
    { kind: 'directory', slot: 's' },
    { kind: 'update', sentToServers: true },
  ] as const;
  const members = origins.flatMap((origin) =>
    Object.keys(JSON.parse(auditLine({ ...about, origin, outcome: 'replaced' }, new Date(), ''))),
  );
  expect(new Set(members).size).toBe(14);
  for (const member of members) expect(page).toMatch(new RegExp(`^\\|.*\`${member}\`.*\\|.*\\|$`, 'm'));
});
