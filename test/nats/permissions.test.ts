import { expect, test } from 'vitest';
import { permissionFor } from '../../src/nats/permissions.js';

test.each([
  ['_INBOX_as.AbC.1', '_INBOX_as.>'],
  ['_INBOX.AbC', '_INBOX.>'],
  ['$SYS._INBOX.AbC.DeF', '$SYS._INBOX.>'],
  ['answers.of.somebody', 'answers.>'],
  ['$SYS.REQ.ACCOUNT.AABC.CLAIMS.UPDATE', '$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE'],
  ['$SYS.REQ.SERVER.NABC.ACCOUNTZ', '$SYS.REQ.SERVER.*.ACCOUNTZ'],
  ['$SYS.REQ.SERVER.PING.ACCOUNTZ', '$SYS.REQ.SERVER.PING.ACCOUNTZ'],
  ['$SYS.REQ.SERVER.PING', '$SYS.REQ.SERVER.PING'],
  ['$SYS.REQ.CLAIMS.PACK', '$SYS.REQ.CLAIMS.PACK'],
])('%s is allowed by %s', (subject, permission) => {
  expect(permissionFor(subject, '_INBOX_as')).toBe(permission);
});
