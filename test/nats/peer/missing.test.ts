import { describe, expect, test } from 'vitest';
import { missingFor, together, type UserPermissions } from '../../../src/nats/peer/missing.js';
import { PEER_SERVICES } from '../../../src/nats/peer/services.js';

const PATTERNS = {
  lookup: '$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP',
  pack: '$SYS.REQ.CLAIMS.PACK',
  list: '$SYS.REQ.CLAIMS.LIST',
  update: '$SYS.REQ.CLAIMS.UPDATE',
  delete: '$SYS.REQ.CLAIMS.DELETE',
};
const ALL = Object.values(PATTERNS);
const INBOXES = ['$SYS._INBOX.>', '_INBOX.>'];

interface Given {
  readonly pub?: readonly string[];
  readonly notPub?: readonly string[];
  readonly sub?: readonly string[];
  readonly notSub?: readonly string[];
  readonly max?: number;
}

const permissions = ({ pub = [], notPub = [], sub = [], notSub = [], max }: Given): UserPermissions => ({
  publish: { allow: pub, deny: notPub },
  subscribe: { allow: sub, deny: notSub },
  responses: max === undefined ? undefined : { max, ttlMs: 1000 },
});

const missing = (given: Given) =>
  together(PEER_SERVICES.map((service) => missingFor(service, permissions(given))));

describe('nothing is missing', () => {
  test.each<[string, Given]>([
    ['empty lists allow all', {}],
    ['exactly what is needed', { sub: ALL, pub: INBOXES }],
    ['the right to respond', { sub: ALL, max: -1 }],
    ['more than is needed', { sub: ['$SYS.REQ.>'], pub: ['>'] }],
    ['wildcards of another shape', { sub: ['$SYS.REQ.*.*.CLAIMS.*', '$SYS.REQ.CLAIMS.*'], max: -1 }],
    [
      'a subscription only in the queue group',
      { sub: [...ALL.filter((each) => each !== PATTERNS.pack), `${PATTERNS.pack} responder`], max: -1 },
    ],
    ['something else is denied', { notSub: ['foo', '$SYS.SERVER.>'], notPub: ['bar.>'] }],
    ['a part is denied', { notSub: ['$SYS.REQ.ACCOUNT.AABC.CLAIMS.LOOKUP'], notPub: ['_INBOX.x'] }],
    ['the right to respond holds against a denial', { notPub: ['>'], max: -1 }],
  ])('%s', (_, given) => {
    expect(missing(given)).toEqual({ subscribe: [], publish: [] });
  });

  test('no restrictions at all', () => {
    expect(together(PEER_SERVICES.map((service) => missingFor(service, undefined)))).toEqual({
      subscribe: [],
      publish: [],
    });
  });
});

describe('what is missing is named', () => {
  test.each<[string, Given, readonly string[], readonly string[]]>([
    ['everything', { sub: ['_INBOX_as.>'], pub: ['$SYS.REQ.>'] }, ALL, INBOXES],
    [
      'one subject',
      { sub: ALL.filter((each) => each !== PATTERNS.delete), pub: INBOXES },
      [PATTERNS.delete],
      [],
    ],
    ['one inbox', { sub: ALL, pub: ['_INBOX.>'] }, [], ['$SYS._INBOX.>']],
    ['only some inboxes', { sub: ALL, pub: ['_INBOX.*', '$SYS._INBOX.>'] }, [], ['_INBOX.>']],
    ['one response is too few for a pack', { sub: ALL, max: 1 }, [], INBOXES],
    ['one response, but free to publish there', { sub: ALL, max: 1, pub: INBOXES }, [], []],
    [
      'another queue group',
      { sub: [...ALL.filter((each) => each !== PATTERNS.pack), `${PATTERNS.pack} other`], pub: INBOXES },
      [PATTERNS.pack],
      [],
    ],
    [
      'accounts one by one',
      { sub: [...ALL.slice(1), '$SYS.REQ.ACCOUNT.A1.CLAIMS.LOOKUP'], pub: INBOXES },
      [PATTERNS.lookup],
      [],
    ],
    ['a denial against an allowance', { sub: ['>'], notSub: ['$SYS.REQ.CLAIMS.*'] }, ALL.slice(1), []],
    ['a denial of answers', { notPub: ['_INBOX.>'] }, [], ['_INBOX.>']],
  ])('%s', (_, given, subscribe, publish) => {
    expect(missing(given)).toEqual({ subscribe, publish });
  });

  test('lookup and list need one answer each: that much is enough for them', () => {
    const given = permissions({ max: 1 });
    const kinds = PEER_SERVICES.filter((service) => missingFor(service, given).publish.length === 0).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['lookup', 'list', 'update', 'delete']);
  });
});
