/** `npm run docs`: writes the pages that follow from the source. */
import { writeFileSync } from 'node:fs';
import { rulesPage } from '../src/claims/rules/page.js';
import { renderReference } from '../src/config/reference.js';

const PAGES: Readonly<Record<string, () => string>> = {
  'configuration.md': renderReference,
  'rules.md': rulesPage,
};

for (const [file, render] of Object.entries(PAGES)) {
  writeFileSync(new URL(`../docs/${file}`, import.meta.url), render());
}
