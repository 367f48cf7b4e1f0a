export { CentreView, type CentreStatus } from './centre-view.ts';
export { LiveChannel } from './channel.ts';
export { select, unknownText, type Known, type Selection, type UnknownWord, type Wanted } from './content.ts';
export type { CentrePlan, PlannedQueue } from './empty-rows.ts';
export { FeedReader, type Change } from './feed-reader.ts';
export { Member, type Position } from './member.ts';
export { FEED_SILENCE_MS, MAX_PENDING_FRAMES, type Changed } from './merged-feed.ts';
export { atInstant, isMerged, rowKeyOf, rowName } from './rows.ts';
export { snapshotDocument } from './snapshot.ts';
