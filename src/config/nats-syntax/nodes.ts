/** Where something stands in a configuration file; line and column count from 1, line 0 is the file as a whole. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `as.conf:3:5`, as editors and compilers write it. */
export function describePosition(at: Position): string {
  return at.line === 0 ? at.file : `${at.file}:${at.line}:${at.column}`;
}

/**
 * A single value. Only its text is kept: `9090`, `"9090"` and `64MiB` mean what the option makes of them, so that
 * numbers may be quoted and `5m` can be five minutes (nats-server itself reads it as five million).
 */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly text: string;
  readonly at: Position;
}

/** `[a, b]` */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly at: Position;
}

/** `{ key: value }`, and a whole file. */
export interface BlockNode {
  readonly kind: 'block';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: Position;
}

/** Any value. */
export type ConfigNode = ScalarNode | ListNode | BlockNode;

/** One key of a block with its value; `at` is where the key stands. */
export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly node: ConfigNode;
  /** Another value refers to this one (`$key`): it may then be a key that no option knows. */
  usedAsVariable: boolean;
}

/** The text is no NATS configuration; `at` says where. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';

  constructor(
    message: string,
    readonly at: Position,
  ) {
    super(message);
  }
}
