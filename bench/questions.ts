import { bootQuestion } from './questions/boot.js';
import { changeQuestion } from './questions/change.js';
import { checkoutQuestion } from './questions/checkout.js';
import { claimsQuestion } from './questions/claims.js';
import { connectQuestion } from './questions/connect.js';
import { forgedQuestion } from './questions/forged.js';
import { getQuestion } from './questions/get.js';
import { idleQuestion } from './questions/idle.js';
import { packQuestion } from './questions/pack.js';
import { propagationQuestion } from './questions/propagation.js';
import { pushQuestion } from './questions/push.js';
import type { Question } from './questions/question.js';
import { sweepQuestion } from './questions/sweep.js';
import { trustQuestion } from './questions/trust.js';

/** All questions by name, in the order in which they are asked. */
export const QUESTIONS: ReadonlyMap<string, Question> = new Map([
  ['get', getQuestion],
  ['connect', connectQuestion],
  ['boot', bootQuestion],
  ['change', changeQuestion],
  ['sweep', sweepQuestion],
  ['idle', idleQuestion],
  ['push', pushQuestion],
  ['pack', packQuestion],
  ['checkout', checkoutQuestion],
  ['forged', forgedQuestion],
  ['trust', trustQuestion],
  ['claims', claimsQuestion],
  ['propagation', propagationQuestion],
]);
