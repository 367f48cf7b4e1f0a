export * from './text.ts';
export * from './time.ts';
export * from './events/index.ts';
export * from './live/index.ts';
export * from './config/index.ts';
export * from './questions.ts';
export * from './wire.ts';
