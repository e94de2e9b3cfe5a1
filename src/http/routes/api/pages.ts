import type { FastifyReply } from 'fastify';
import { inTurns } from '../../turns.js';
import { sendJsonText } from './answers.js';

/** One page of a list. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Behind which key the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
  readonly total: number;
}

/** Answers with a page, made and written piece by piece, so that a long one holds up no login. */
export async function sendPage<Item>(
  reply: FastifyReply,
  { items, next, total }: PageOf<Item>,
  entryOf: (item: Item) => object | undefined,
): Promise<FastifyReply> {
  const entries = await inTurns(items, (item) => {
    const entry = entryOf(item);
    return entry === undefined ? [] : [JSON.stringify(entry)];
  });
  const rest = JSON.stringify({ next: next ?? null, total }).slice(1);
  return sendJsonText(reply, `{"accounts":[${entries.flat().join(',')}],${rest}`);
}
