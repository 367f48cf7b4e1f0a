export { start, type GatewayAdapters } from './start.ts';
export { runGateway } from './main.ts';
export { FeedLink } from './feed-link.ts';
export { planner } from './plan.ts';
