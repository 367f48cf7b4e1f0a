export * from './types.ts';
export * from './parse.ts';
export { fitsId } from './ids.ts';
export { surveyScale, type Scale } from './scores.ts';
export {
  AUTHORITIES,
  CHANNELS,
  DIRECTIONS,
  FLOW_OUT_CAUSES,
  SEGMENT_KINDS,
  type Authority,
  type Channel,
  type Direction,
  type FlowOutCause,
  type Reports,
  type SegmentKind,
} from './fields.ts';
