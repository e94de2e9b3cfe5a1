import {
  DELETE_SUBJECT,
  KEEP_SUBJECT,
  LIST_SUBJECT,
  LOOKUP_SUBJECT,
  PACK_QUEUE,
  PACK_SUBJECT,
} from '../subjects.js';
import type { PeerRequestKind } from './ports.js';

/** Where nats-servers (server/events.go, inboxRespSubj) and client programs have their answers sent. */
const SERVERS = '$SYS._INBOX.>';
const PROGRAMS = '_INBOX.>';

/** One kind of request that a resolver peer answers, and what its user must be allowed to do for it. */
export interface PeerService {
  readonly kind: PeerRequestKind;
  /** To subscribe to. */
  readonly subject: string;
  readonly queue?: string;
  /** Where answers go. */
  readonly replies: readonly string[];
  /** More than one message per request, so that a limit on answers would break it. */
  readonly manyReplies: boolean;
}

/** Everything that a resolver peer does (nats-server server/accounts.go, DirAccResolver.Start; nsc cmd/push.go and pull.go). */
export const PEER_SERVICES: readonly PeerService[] = [
  { kind: 'lookup', subject: LOOKUP_SUBJECT, replies: [SERVERS], manyReplies: false },
  { kind: 'pack', subject: PACK_SUBJECT, queue: PACK_QUEUE, replies: [SERVERS, PROGRAMS], manyReplies: true },
  { kind: 'list', subject: LIST_SUBJECT, replies: [PROGRAMS], manyReplies: false },
  { kind: 'update', subject: KEEP_SUBJECT, replies: [PROGRAMS], manyReplies: false },
  { kind: 'delete', subject: DELETE_SUBJECT, replies: [PROGRAMS], manyReplies: false },
];
