export { start, type GatewayAdapters } from './start.ts';
