export { start, type GatewayAdapters } from './start.ts';
export { runGateway, type GatewayFlags } from './main.ts';
