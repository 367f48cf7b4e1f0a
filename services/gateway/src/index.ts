export { start, type GatewayAdapters } from './start.ts';
export { runGateway } from './main.ts';
