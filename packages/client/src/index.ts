export { isKpiValue } from './checks.ts';
export { connectLive, type LiveFeed, type LiveOptions, type LiveSocket, type Timers } from './connect.ts';
export { type FeedHealth, feedHealth } from './feed-health.ts';
export { reduceFeed } from './feed-reducer.ts';
export {
  type FeedEffect,
  type FeedInput,
  type FeedPhase,
  type FeedState,
  type FeedStep,
  nextTickMs,
  serverNowMs,
  startFeed,
  subscriptionId,
} from './feed-state.ts';
export { type FeedMessage, parseServerMessage } from './parse.ts';
export { mergeRows, replaceRows, rowKey, type Rows } from './rows.ts';
export { clockOffsetMs, observeClock, type ServerClock } from './server-clock.ts';
export { FEED_LIMITS, type FeedReason, type Subscription } from './subscription.ts';
export {
  type Items,
  itemsOf,
  type LiveAgent,
  type LiveContact,
  mergeItems,
  replaceItems,
  type TopicItem,
  type TopicItems,
} from './topics.ts';
