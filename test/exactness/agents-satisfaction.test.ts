import { checkConfiguration } from '@vigie/contracts';
import { agentRows, CentreState, finish } from '@vigie/engine';
import { duplicateSome, randomCentre, shuffle } from '@vigie/testkit/generator';
import { foldCentre } from '@vigie/testkit/oracle';
import { expect, test } from 'vitest';
import { configOf, parsed } from './live-world.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { presentation } = checked.configuration;
const LIMITS = { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000 };

test('what is said of contacts is told of whoever had begun to work on them last, as the oracle knows them', () => {
  let told = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const world = randomCentre({ seed });
    const centre = new CentreState('default', configOf(world), LIMITS, () => {});
    for (const event of shuffle(duplicateSome(world.events, seed), seed)) centre.apply(parsed(event));
    const window = { name: '30d', sizeMs: 30 * 86_400_000 };
    const at = world.endMs;
    const rows = finish(agentRows(centre, presentation, window, at));
    const { scans, handlings, contacts } = foldCentre(world.events, world.config);
    const sums = new Map<string, { evaluations: number; score: number; surveys: number }>();
    for (const { journey } of contacts) {
      for (const { type, timeMs, data } of scans.get(journey)?.facts ?? []) {
        if (timeMs > at || (type !== 'qa.evaluated' && type !== 'survey.response')) continue;
        const [last] = handlings
          .filter((h) => h.journey === journey && !h.consult && h.agent !== '' && h.startMs <= timeMs)
          .sort((a, b) => b.startMs - a.startMs);
        if (last === undefined) continue;
        const sum = sums.get(last.agent) ?? { evaluations: 0, score: 0, surveys: 0 };
        sums.set(last.agent, sum);
        if (type === 'survey.response') sum.surveys++;
        else if (data.calibration !== true) {
          sum.evaluations++;
          sum.score += (data.score ?? 0) / Number(data['max']);
        }
      }
    }
    for (const { agent, kpis } of rows) {
      const { evaluations = 0, score = 0, surveys = 0 } = sums.get(agent) ?? {};
      expect(kpis['survey_responses']?.value, `seed ${seed}, ${agent}`).toBe(surveys);
      expect(kpis['qa_score']?.n ?? 0, `seed ${seed}, ${agent}`).toBe(evaluations);
      if (evaluations > 0) expect(kpis['qa_score']?.value).toBeCloseTo(score / evaluations, 9);
      told += surveys + evaluations;
    }
  }
  expect(told).toBeGreaterThan(20);
});

test('an evaluation is of the agent it names, whoever worked on the contact last', () => {
  const centre = new CentreState('default', configOf(randomCentre({ seed: 1 })), LIMITS, () => {});
  const contact = { id: 'call', segmentId: 'call/1', channel: 'voice' };
  const queue = { id: 'sales' };
  const tell = (type: string, minute: number, data: object): void => {
    const time = `2026-10-20T08:${String(minute).padStart(2, '0')}:00.000Z`;
    const id = `${type}-${minute}`;
    centre.apply(
      parsed({ specversion: '1.0', id, source: 'test://pbx', type: `vigie.${type}`, time, data } as never),
    );
  };
  tell('contact.queued', 0, { contact, queue });
  tell('contact.answered', 1, { contact, queue, agent: { id: 'ada' } });
  tell('contact.transferred', 5, { contact, agent: { id: 'ada' }, kind: 'blind', to: { agent: 'bob' } });
  tell('contact.answered', 6, { contact, queue, agent: { id: 'bob' } });
  tell('contact.ended', 9, { contact, agent: { id: 'bob' }, by: 'customer' });
  const call = { id: 'call', channel: 'voice' };
  tell('qa.evaluated', 20, { contact: call, agent: { id: 'ada' }, formId: 'f1', score: 5, max: 10 });
  tell('survey.response', 30, { contact: call, kind: 'csat', score: 5, min: 1, max: 5 });
  const at = Date.parse('2026-10-20T09:00:00Z');
  const rows = finish(agentRows(centre, presentation, { name: '60m', sizeMs: 3_600_000 }, at));
  const figures = rows.map(({ agent, kpis }) => [agent, kpis['qa_score']?.value, kpis['csat']?.value]);
  expect(figures).toEqual([
    ['ada', 0.5, null],
    ['bob', null, 1],
  ]);
});
