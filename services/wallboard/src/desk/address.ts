/** The pages of the desk. */
export const VIEWS = ['queues', 'alarms', 'corrections', 'health'] as const;
export type ViewName = (typeof VIEWS)[number] | 'queue';
export const GROUPS = ['none', 'team', 'channel'] as const;
export type GroupName = (typeof GROUPS)[number];

/** What the desk shows: all of it stands in the address, so that it can be sent to a colleague. */
export interface Address {
  readonly view: ViewName;
  /** Of the view `queue`; `_all` is every queue. */
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly centre: string | null;
  readonly filter: string;
  readonly group: GroupName;
  /** A column, or `status`: rows in alarm first. */
  readonly sort: string;
  readonly descending: boolean;
  /** The instant shown; `null` is now. */
  readonly atMs: number | null;
}

export const HOME: Address = {
  view: 'queues',
  queue: '_all',
  channel: '_all',
  window: '30m',
  centre: null,
  filter: '',
  group: 'none',
  sort: 'status',
  descending: false,
  atMs: null,
};

const among = <T extends string>(known: readonly T[], value: string | null, otherwise: T): T =>
  known.find((each) => each === value) ?? otherwise;

/** Reads an address; what is not understood is as at home. */
export function readAddress(query: URLSearchParams): Address {
  const queue = query.get('queue');
  const at = query.get('at');
  const atMs = at === null ? NaN : Date.parse(at);
  const view = among<ViewName>([...VIEWS, 'queue'], query.get('view'), queue === null ? 'queues' : 'queue');
  return {
    view: view === 'queue' && queue === null ? 'queues' : view,
    queue: queue ?? HOME.queue,
    channel: query.get('channel') ?? HOME.channel,
    window: query.get('window') ?? HOME.window,
    centre: query.get('centre'),
    filter: query.get('filter') ?? HOME.filter,
    group: among(GROUPS, query.get('group'), HOME.group),
    sort: query.get('sort') ?? HOME.sort,
    descending: query.get('order') === 'desc',
    atMs: Number.isNaN(atMs) ? null : atMs,
  };
}

/** The query of an address: only what differs from home, so that addresses stay short. */
export function writeAddress(address: Address): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string, home: string): void => {
    if (value !== home) query.set(name, value);
  };
  if (address.view === 'queue') {
    query.set('queue', address.queue);
    put('channel', address.channel, HOME.channel);
  } else put('view', address.view, HOME.view);
  put('window', address.window, HOME.window);
  put('centre', address.centre ?? '', '');
  put('filter', address.filter, HOME.filter);
  put('group', address.group, HOME.group);
  put('sort', address.sort, HOME.sort);
  if (address.descending) query.set('order', 'desc');
  if (address.atMs !== null) query.set('at', new Date(address.atMs).toISOString());
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
