import type { Channel } from '@vigie/contracts';
import { NO_LINKS, type Link } from '../link.ts';
import type { JudgeContext } from './contributions.ts';
import type { ContactView } from './view.ts';
import { segmentOfWork, workOf, type Work } from './work.ts';

/** A piece of work told to the agent who did it. */
export interface WorkLink extends Link, Work {
  readonly queue: string | undefined;
  readonly channel: Channel;
  /** Asked by a colleague: it occupies the agent but is not handled. */
  readonly consult: boolean;
  readonly inbound: boolean;
}

/** Every piece of work of a contact, told to its agent; work of nobody known is told to none. */
export function linksToAgents(id: string, view: ContactView, context: JudgeContext): readonly WorkLink[] {
  const { handlings } = view;
  if (handlings.length === 0) return NO_LINKS as readonly WorkLink[];
  const links: WorkLink[] = [];
  handlings.forEach((handling, index) => {
    if (handling.agent === '') return;
    const segment = segmentOfWork(view, handling);
    links.push({
      target: `agent|${handling.agent}`,
      key: `${id}#${index}`,
      queue: segment?.queue,
      channel: segment?.channel ?? view.channel,
      consult: handling.segment?.kind === 'consult',
      inbound: view.inbound,
      ...workOf(handling, context),
    });
  });
  return links;
}
