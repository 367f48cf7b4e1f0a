import { FLOW_OUT_CAUSES } from '@vigie/contracts';
import { expect, test } from 'vitest';

import { reasonText } from './reasons.ts';

test.each([
  ['answered after the threshold', 'décroché après le délai'],
  [
    'answered after the threshold (transferred here, corrected since)',
    'décroché après le délai (transféré ici, corrigé depuis)',
  ],
  ['left the queue: key exit', 'sorti de la file : sorti par une touche'],
  ['not in the population of this figure (requeue)', 'hors de la population de ce chiffre (remise en file)'],
  ['waiting, ringing at an agent', 'attend, sonne chez un agent'],
  ['something nobody translated', 'something nobody translated'],
])('%s is %s', (reason, french) => {
  expect(reasonText(reason, 'fr')).toBe(french);
  expect(reasonText(reason, 'en')).toBe(reason);
});

test('every cause of leaving a queue has French words', () => {
  for (const cause of FLOW_OUT_CAUSES.filter((each) => each !== 'lost')) {
    const said = `left the queue: ${cause.replaceAll('_', ' ')}`;
    expect(reasonText(said, 'fr')).toMatch(/^sorti de la file : (?!.*_)/);
    expect(reasonText(said, 'fr'), cause).not.toBe(said.replace('left the queue:', 'sorti de la file :'));
  }
});
