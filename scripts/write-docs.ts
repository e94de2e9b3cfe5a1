/** `npm run docs`: writes the pages that follow from the source. */
import { writeFileSync } from 'node:fs';
import { renderReference } from '../src/config/reference.js';

writeFileSync(new URL('../docs/configuration.md', import.meta.url), renderReference());
