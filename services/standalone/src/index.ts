export { runStandalone, type StandaloneFlags } from './run.ts';
