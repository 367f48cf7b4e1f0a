import { element, setText } from './dom.ts';
import { type Options, type Theme, VIEWING_LIMITS } from './options.ts';
import { type Language, TEXT } from './text.ts';

/** Windows a reader may choose without knowing the configuration; the address takes any. */
const WINDOWS = ['5m', '15m', '30m', '60m', 'today'];

/** What the settings may change. Language, theme and viewing apply at once; another window is another address. */
export interface SettingsActions {
  language(language: Language): void;
  theme(theme: Theme): void;
  viewing(name: 'distance' | 'diagonal' | 'overscan', value: string): void;
  window(window: string): void;
}

export interface Settings {
  readonly root: HTMLElement;
  /** How often something began to need an act in the last hour. */
  tellAlarms(beganLastHour: number): void;
}

/** One in ten minutes is what people can attend to. */
const OFTEN_AN_HOUR = 6;

/** The settings at the foot of the page, for whoever hangs the screen or sits before it. */
export function settingsForm(options: Options, actions: SettingsActions): Settings {
  const labels: (() => void)[] = [];
  const field = (control: HTMLElement, label: () => string): HTMLElement => {
    const caption = element('span');
    labels.push(() => setText(caption, label()));
    return element('label', {}, caption, control);
  };
  let language = options.language;
  const text = () => TEXT[language];

  const choice = <T extends string>(
    values: readonly T[],
    chosen: T,
    name: (value: T) => string,
    choose: (value: T) => void,
  ): HTMLSelectElement => {
    const select = element('select') as HTMLSelectElement;
    for (const value of values) {
      const option = element('option', { value });
      labels.push(() => setText(option, name(value)));
      select.append(option);
    }
    select.value = chosen;
    select.addEventListener('change', () => choose(select.value as T));
    return select;
  };
  const measure = (
    name: 'distance' | 'diagonal' | 'overscan',
    value: number,
    [min, max]: readonly [number, number],
  ) => {
    const input = element('input', {
      type: 'number',
      min: String(min),
      max: String(max),
      step: name === 'diagonal' ? '1' : '0.5',
      value: String(value),
    }) as HTMLInputElement;
    input.addEventListener('change', () => {
      if (input.checkValidity() && input.value !== '') actions.viewing(name, input.value);
    });
    return input;
  };

  const windows = WINDOWS.includes(options.window) ? WINDOWS : [options.window, ...WINDOWS];
  const rate = element('output');
  const rateLabel = element('span');
  labels.push(() => setText(rateLabel, text().alarms));
  const title = element('h2', { class: 'unseen' });
  labels.push(() => setText(title, text().settings));
  const root = element(
    'footer',
    { class: 'settings' },
    title,
    field(
      choice(windows, options.window, (window) => text().windowName(window), actions.window),
      () => text().window,
    ),
    field(
      choice<Theme>(['auto', 'light', 'dark'], options.theme, (theme) => text().themes[theme], actions.theme),
      () => text().theme,
    ),
    field(
      choice<Language>(
        ['en', 'fr'],
        options.language,
        (one) => (one === 'en' ? 'English' : 'Français'),
        (one) => {
          language = one;
          actions.language(one);
          translate();
        },
      ),
      () => text().language,
    ),
    field(measure('distance', options.viewing.distanceM, VIEWING_LIMITS.distanceM), () => text().distance),
    field(
      measure('diagonal', options.viewing.diagonalInches, VIEWING_LIMITS.diagonalInches),
      () => text().diagonal,
    ),
    field(measure('overscan', options.overscan, VIEWING_LIMITS.overscan), () => text().overscan),
    element('p', { class: 'rate' }, rateLabel, rate),
  );
  const translate = (): void => labels.forEach((write) => write());
  translate();
  return {
    root,
    tellAlarms: (began) => setText(rate, text().alarmRate(String(began), began > OFTEN_AN_HOUR)),
  };
}
