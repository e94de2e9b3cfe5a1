import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifySchemaCompiler } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** The application while routes are added to it: a route's schemas are the types of what its handler gets. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Checks by TypeBox itself: building Fastify's own choice takes longer than building all the rest. */
export const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const compiled = Compile(schema);
  return (value: unknown) => compiled.Check(value);
};

/** Every option of a GET: Go takes `true` in any case for yes and everything else for no. */
const flag = Type.Optional(Type.String());

/** The account that a path names: any text, until it is looked up. */
export const AccountParams = Type.Object({ accountKey: Type.String() });
/** As its schema. */
export type AccountParams = Static<typeof AccountParams>;

/** The forms for people in which a token can be had. */
export const OperatorQuery = Type.Object({ text: flag, decode: flag });
/** As its schema. */
export type OperatorQuery = Static<typeof OperatorQuery>;

/** What a GET of an account can ask for. */
export const AccountQuery = Type.Object({
  text: flag,
  decode: flag,
  check: flag,
  notify: flag,
  /** Refused: tokens could once be asked for by their id. */
  jti: Type.Optional(Type.String()),
});
/** As its schema. */
export type AccountQuery = Static<typeof AccountQuery>;

/** What a push can ask for. */
export const PushQuery = Type.Object({ wait: Type.Optional(Type.String()) });
/** As its schema. */
export type PushQuery = Static<typeof PushQuery>;

/** How much a pack holds. */
export const PackQuery = Type.Object({ max: Type.Optional(Type.String()) });
/** As its schema. */
export type PackQuery = Static<typeof PackQuery>;

/** Whether an option is set, as the Go account server understands it. */
export function isTrue(option: string | undefined): boolean {
  return option?.toLowerCase() === 'true';
}

/** Reads a query string; of options given twice the first counts, as in Go's `url.Values.Get`. */
export function parseQuery(query: string): Record<string, string> {
  const options: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) options[name] ??= value;
  return options;
}
