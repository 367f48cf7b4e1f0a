import { CATALOGUE, describeKpi } from '@vigie/metrics';
import { aligned } from '../report/print-lines.ts';
import type { Terminal } from '../terminal.ts';

export interface KpisFlags {
  readonly lang: 'en' | 'fr';
  readonly json?: boolean;
}

/** `vigie kpis`: the catalogue; as JSON the body of `GET /v1/kpis`. */
export async function kpisCommand(flags: KpisFlags, terminal: Terminal): Promise<number> {
  if (flags.json === true) {
    await terminal.out(`${JSON.stringify({ kpis: CATALOGUE.map(describeKpi) })}\n`);
    return 0;
  }
  const rows = CATALOGUE.map(({ id, name, abbreviation, unit, formula, instant }) => {
    const short = abbreviation?.[flags.lang];
    const named = short === undefined ? name[flags.lang] : `${name[flags.lang]} (${short})`;
    return [id, named, unit, formula, instant];
  });
  await terminal.out(aligned([['id', 'name', 'unit', 'formula', 'instant'], ...rows]));
  return 0;
}
