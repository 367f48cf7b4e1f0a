/** A dashboard as it is shipped, as far as its queries go. */
export interface DashboardFile {
  readonly uid: string;
  readonly panels: readonly PanelFile[];
}

interface PanelFile {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  /** Of a row that is folded. */
  readonly panels?: readonly PanelFile[];
}

const VARIABLES: Readonly<Record<string, string>> = {
  $centre: '.+',
  $queue: '.+',
  $window: '30m',
  $__rate_interval: '1m',
};

/** All queries of a dashboard, with everything chosen that can be. */
export function queriesOf({ panels }: Pick<DashboardFile, 'panels'>): readonly {
  readonly title: string;
  readonly expr: string;
}[] {
  return panels.flatMap((panel) => [
    ...(panel.targets ?? []).map(({ expr }) => ({ title: panel.title, expr: chosen(expr) })),
    ...queriesOf({ panels: panel.panels ?? [] }),
  ]);
}

function chosen(expr: string): string {
  return expr.replaceAll(/\$\w+/g, (name) => {
    const value = VARIABLES[name];
    if (value === undefined) throw new Error(`${name} is no variable of the dashboards`);
    return value;
  });
}
