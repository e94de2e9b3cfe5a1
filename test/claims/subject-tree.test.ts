import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SubjectTree } from '../../src/claims/subject-tree.js';
import { isContainedIn } from '../../src/claims/subjects.js';

const subject = fc
  .array(fc.constantFrom('a', 'b', '*', '>', ''), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join('.'));

test('answers as comparing one by one does, each subject once', () => {
  fc.assert(
    fc.property(fc.array(subject, { maxLength: 12 }), subject, (subjects, asked) => {
      const tree = new SubjectTree();
      const distinct = [...new Set(subjects)].sort();
      for (const each of subjects) tree.add(each);
      expect([...tree.containedIn(asked)].sort()).toEqual(
        distinct.filter((each) => isContainedIn(each, asked)),
      );
      expect([...tree.containing(asked)].sort()).toEqual(
        distinct.filter((each) => isContainedIn(asked, each)),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('says whether a subject is new', () => {
  const tree = new SubjectTree();
  expect([tree.add('a.b'), tree.add('a'), tree.add('a.b'), tree.add('')]).toEqual([true, true, false, true]);
});
