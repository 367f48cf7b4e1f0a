import { CATALOGUE } from '@vigie/metrics';
import { aligned } from '../report/print-lines.ts';
import type { Terminal } from '../terminal.ts';

export interface KpisFlags {
  readonly lang: 'en' | 'fr';
  readonly json?: boolean;
}

/** `vigie kpis`: the catalogue; as JSON the body of `GET /v1/kpis`. */
export async function kpisCommand(flags: KpisFlags, terminal: Terminal): Promise<number> {
  if (flags.json === true) {
    const kpis = CATALOGUE.map(
      ({ id, name, abbreviation, unit, formula, description, better, dimensions, metric }) => ({
        id,
        name,
        ...(abbreviation === undefined ? {} : { abbreviation }),
        unit,
        formula,
        description,
        better,
        dimensions,
        metric,
      }),
    );
    await terminal.out(`${JSON.stringify({ kpis })}\n`);
    return 0;
  }
  const rows = CATALOGUE.map(({ id, name, abbreviation, unit, formula }) => {
    const short = abbreviation?.[flags.lang];
    return [id, short === undefined ? name[flags.lang] : `${name[flags.lang]} (${short})`, unit, formula];
  });
  await terminal.out(aligned([['id', 'name', 'unit', 'formula'], ...rows]));
  return 0;
}
