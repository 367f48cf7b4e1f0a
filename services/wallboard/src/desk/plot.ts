import uPlot from 'uplot';

import type { Formats } from '../format.ts';
import type { DayPlot } from './day-plot.ts';

/** Words and limits of a plot. */
export interface PlotWords {
  readonly time: string;
  readonly offered: string;
  readonly answered: string;
  readonly abandoned: string;
  readonly level: string;
  readonly target: string;
}

const HEIGHT = 260;
/** Distances between marks of the time axis, s. */
const QUARTERS = [900, 1800, 3600, 7200, 10_800, 21_600];

/** Today by quarter hour: bars of what was offered, answered and abandoned, a line of the service level with its target. */
export class DayPlotDom {
  readonly root: HTMLElement;
  #plot: uPlot | null = null;
  #shown = '';
  #dressed = '';

  constructor(root: HTMLElement) {
    this.root = root;
    new ResizeObserver(() => {
      const width = this.root.clientWidth;
      if (this.#plot !== null && width > 0 && width !== this.#plot.width)
        this.#plot.setSize({ width, height: HEIGHT });
    }).observe(root);
  }

  paint(data: DayPlot, target: number | null, words: PlotWords, formats: Formats, theme: string): void {
    const columns: uPlot.AlignedData = [
      [...data.at],
      [...data.offered],
      [...data.answered],
      [...data.abandoned],
      [...data.level],
      data.at.map(() => target),
    ];
    const dress = JSON.stringify([words, theme]);
    const shown = JSON.stringify(columns);
    if (dress === this.#dressed && shown === this.#shown) return;
    this.#shown = shown;
    if (this.#plot === null || dress !== this.#dressed) {
      this.#plot?.destroy();
      this.#dressed = dress;
      this.#plot = new uPlot(optionsOf(this.root.clientWidth || 600, words, formats), columns, this.root);
    } else this.#plot.setData(columns);
  }
}

const ink = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function optionsOf(width: number, words: PlotWords, formats: Formats): uPlot.Options {
  const bars = (size: number): uPlot.Series.PathBuilder | undefined =>
    uPlot.paths.bars?.({ size: [size, 60], align: 1 });
  const bar = (label: string, size: number, colour: string): uPlot.Series => {
    const paths = bars(size);
    return {
      label,
      scale: 'n',
      fill: colour,
      stroke: colour,
      width: 0,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    };
  };
  const count = (_: uPlot, value: number | null): string => (value === null ? '—' : formats.count(value));
  const percent = (_: uPlot, value: number | null): string =>
    value === null ? '—' : formats.percentText(value, 0);
  const axis = {
    stroke: ink('--quiet'),
    grid: { stroke: ink('--line'), width: 1 },
    ticks: { stroke: ink('--line'), width: 1 },
  };
  const font = '12px system-ui, sans-serif';
  return {
    width,
    height: HEIGHT,
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: (_, from, to) => [from, to + 900] },
      n: { range: (_, __, most) => [0, Math.max(4, Math.ceil((most ?? 1) * 1.15))] },
      level: { range: [0, 1] },
    },
    axes: [
      {
        ...axis,
        font,
        incrs: QUARTERS,
        values: (_, splits) => splits.map((at) => formats.hourMinute(at * 1000)),
      },
      {
        ...axis,
        font,
        scale: 'n',
        size: 44,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? formats.count(value) : '')),
      },
      {
        ...axis,
        font,
        scale: 'level',
        side: 1,
        size: 52,
        grid: { show: false },
        values: (_, splits) => splits.map((value) => formats.percentText(value, 0)),
      },
    ],
    series: [
      { label: words.time, value: (_, at) => (at === null ? '—' : formats.hourMinute(at * 1000)) },
      { ...bar(words.offered, 0.9, ink('--bar')), value: count },
      { ...bar(words.answered, 0.6, ink('--bar-strong')), value: count },
      { ...bar(words.abandoned, 0.3, ink('--act')), value: count },
      {
        label: words.level,
        scale: 'level',
        stroke: ink('--ink'),
        width: 2,
        points: { show: true, size: 6, fill: ink('--ink') },
        value: percent,
        spanGaps: false,
      },
      {
        label: words.target,
        scale: 'level',
        stroke: ink('--quiet'),
        width: 1,
        dash: [6, 5],
        points: { show: false },
        value: percent,
      },
    ],
  };
}
