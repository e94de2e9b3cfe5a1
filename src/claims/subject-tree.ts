/** Subjects by their tokens. */
class TreeNode {
  #children: Map<string, TreeNode> | undefined;
  /** The subject that ends here. */
  subject: string | undefined;

  get children(): Iterable<TreeNode> {
    return this.#children?.values() ?? [];
  }

  child(token: string): TreeNode | undefined {
    return this.#children?.get(token);
  }

  grow(token: string): TreeNode {
    const known = this.child(token);
    if (known !== undefined) return known;
    const child = new TreeNode();
    this.#children ??= new Map();
    this.#children.set(token, child);
    return child;
  }
}

/** A node still to be looked at, and how many tokens of the question led to it. */
type Step = readonly [node: TreeNode, at: number];

/**
 * Distinct subjects, kept by their tokens, so that the overlaps of thousands of imports or exports are found without
 * comparing each with each. Containment is Go's (see `isContainedIn` in subjects.ts). Walks keep a stack of their own:
 * a subject in a token can have half a million tokens.
 */
export class SubjectTree {
  readonly #root = new TreeNode();

  /** Adds a subject; false when it was there already. */
  add(subject: string): boolean {
    let node = this.#root;
    for (const token of subject.split('.')) node = node.grow(token);
    if (node.subject !== undefined) return false;
    node.subject = subject;
    return true;
  }

  /** The subjects here that are contained in `pattern`, itself included; each once. */
  *containedIn(pattern: string): Generator<string> {
    const tokens = pattern.split('.');
    const openAt = tokens.at(-1) === '>' ? tokens.length - 1 : Number.POSITIVE_INFINITY;
    const steps: Step[] = [[this.#root, 0]];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const [node, at] = step;
      if (at >= tokens.length && node.subject !== undefined) yield node.subject;
      if (at >= openAt || tokens[at] === '*') {
        for (const child of node.children) steps.push([child, at + 1]);
      } else {
        pushIfThere(steps, node.child(tokens[at] ?? ''), at, tokens.length);
      }
    }
  }

  /** The subjects here that contain `subject`, itself included; each once. */
  *containing(subject: string): Generator<string> {
    const tokens = subject.split('.');
    const steps: Step[] = [[this.#root, 0]];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const [node, at] = step;
      const token = tokens[at];
      if (token === undefined) {
        if (node.subject !== undefined) yield node.subject;
        continue;
      }
      const open = node.child('>')?.subject;
      if (open !== undefined) yield open;
      pushIfThere(steps, node.child('*'), at, tokens.length);
      // A final `>` was answered by the open end just above, a `*` by the line before.
      const answered = token === '*' || (token === '>' && at === tokens.length - 1);
      if (!answered) pushIfThere(steps, node.child(token), at, tokens.length);
    }
  }
}

function pushIfThere(steps: Step[], node: TreeNode | undefined, at: number, length: number): void {
  if (node !== undefined && at < length) steps.push([node, at + 1]);
}
