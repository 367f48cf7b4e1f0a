import { expect, test } from 'vitest';
import { refusalOf } from './origin.ts';

const LOOPBACK = { loopbackOnly: true, advertisedUrl: undefined };
const OPEN = { loopbackOnly: false, advertisedUrl: 'https://vigie.example/wall' };

test.each([
  ['localhost:8080', undefined, undefined],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080', undefined],
  ['[::1]:8080', 'http://[::1]:8080', undefined],
  ['localhost:8080', 'http://localhost:5173', undefined],
  ['localhost:8080', 'https://localhost', undefined],
  [undefined, undefined, 'host'],
  ['', undefined, 'host'],
  ['evil.example', undefined, 'host'],
  ['localhost.evil.example', undefined, 'host'],
  ['127.0.0.1.evil.example', undefined, 'host'],
  ['localhost@evil.example', undefined, 'host'],
  ['localhost:8080:9', undefined, 'host'],
  ['localhost/evil', undefined, 'host'],
  ['localhost', 'null', 'origin'],
  ['localhost', '', 'origin'],
  ['localhost', 'http://localhost.evil.example', 'origin'],
  ['localhost', 'http://evil.example/localhost', 'origin'],
  ['localhost', 'http://evil-localhost', 'origin'],
  ['localhost', 'http://localhost@evil.example', 'origin'],
  ['localhost', 'http://user:pass@localhost', 'origin'],
  ['localhost', 'http://localhost/', 'origin'],
  ['localhost', 'HTTP://LOCALHOST', 'origin'],
  ['localhost', 'file://localhost', 'origin'],
  ['localhost', 'chrome-extension://localhost', 'origin'],
  ['localhost', 'http://localhost http://evil.example', 'origin'],
  ['localhost', 'http://[::2]', 'origin'],
])('on loopback, host %j with origin %j: refused for %s', (host, origin, refusal) => {
  expect(refusalOf({ host, origin }, LOOPBACK)).toBe(refusal);
});

test.each([
  ['10.0.0.7:8080', undefined, undefined],
  ['10.0.0.7:8080', 'http://10.0.0.7:8080', undefined],
  ['wall.example', 'https://wall.example', undefined],
  ['wall.example', 'http://wall.example', undefined],
  ['wall.example:443', 'https://wall.example', undefined],
  ['10.0.0.7', 'https://vigie.example', undefined],
  ['10.0.0.7:8080', 'http://10.0.0.7', 'origin'],
  ['10.0.0.7:8080', 'http://10.0.0.7:8081', 'origin'],
  ['wall.example', 'https://wall.example.evil.example', 'origin'],
  ['wall.example', 'https://evil-wall.example', 'origin'],
  ['wall.example', 'http://localhost', 'origin'],
  ['wall.example', 'https://vigie.example.evil.example', 'origin'],
  ['10.0.0.7', 'http://vigie.example', 'origin'],
])('off loopback, host %j with origin %j: refused for %s', (host, origin, refusal) => {
  expect(refusalOf({ host, origin }, OPEN)).toBe(refusal);
});
