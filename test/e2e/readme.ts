import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/real-program.js';

/** README.md as users read it. */
export const README = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const BLOCKS: readonly Block[] = [...README.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

/** What stands between single backquotes, outside the blocks. */
export const CODE_SPANS: readonly string[] = [
  ...README.replaceAll(/^```.*\n[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g),
].map(([, span = '']) => span);

/** A word that begins a command, followed by what makes it one. */
const COMMAND =
  /^(?:(?:npm|npx|nsc|curl|git|docker|kubectl|systemctl|nats-account-server|nats-server) \S|until )/;

/** Everything that the reader is told to type: the lines of `sh` blocks, continued ones joined, and inline commands. */
export const COMMANDS: readonly string[] = [
  ...BLOCKS.filter(({ language }) => language === 'sh').flatMap(({ text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  ),
  ...CODE_SPANS.filter((span) => COMMAND.test(span)),
];

/** The configuration for nats-server: the one block that is no shell. */
export const NATS_SERVER_CONFIG: string = BLOCKS.find(({ text }) => text.includes('resolver:'))?.text ?? '';

/** Targets of links that lead to files of the project. */
export const LINKED_FILES: readonly string[] = [...README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
  ([, to = '']) => to,
);

/** Targets of links within the page. */
export const LINKED_SECTIONS: readonly string[] = [...README.matchAll(/\]\(#([^)]+)\)/g)].map(
  ([, to = '']) => to,
);

/** The anchors of the page's headings, as GitHub makes them. */
export const SECTIONS: readonly string[] = [...README.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-'),
);

/** The subjects that the user of the system account is said to need, and those that it had better hear as well. */
export function documentedPermissions(): Record<'publish' | 'subscribe' | 'asWell', readonly string[]> {
  const subjectsIn = (sentence: RegExp): string[] =>
    [...(sentence.exec(README)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, subject = '']) => subject);
  return {
    publish: subjectsIn(/needs to publish (.*?) and to subscribe to/),
    subscribe: subjectsIn(/needs to publish .*? and to subscribe to (.*?); nothing else/),
    asWell: subjectsIn(/nothing else\. With (.*?) to subscribe to as well/),
  };
}
