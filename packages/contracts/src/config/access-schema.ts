import type { Static } from 'typebox';
import { listOf, oneOf, ofKind, optional, section, text } from './kinds.ts';

/** What a key may be good for. `supervise` and `admin` include `read`, `admin` includes `supervise`. */
export const ACCESS_ROLES = ['ingest', 'import', 'read', 'supervise', 'admin'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

const patterns = (description: string) =>
  listOf(text({ description: 'A name; `*` stands for anything.' }), {
    description,
    default: ['*'],
    minItems: 1,
    maxItems: 1000,
  });
const keyName = text({
  description: 'Name of the key in the audit log and in metrics; never the key itself.',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._ -]{0,99}$',
  expected: 'a name of letters, digits, ".", "_", "-" or blanks, at most 100',
});
const keyHash = text({
  description: 'What `vigie key` prints: the SHA-256 of the key, never the key itself.',
  secret: true,
  pattern: '^sha256:[0-9a-f]{64}$',
  expected: 'a hash as `vigie key` prints it, "sha256:" and 64 hex digits',
});
const expires = optional(
  ofKind('date', {
    description: 'Last day (UTC) on which it is taken.',
    default: 'never',
    expected: 'a date such as "2027-06-30"',
  }),
);
const queues = optional(
  patterns('Queues that may be seen; `_all`, and figures over several queues, only with `"*"`.'),
);
const centres = optional(patterns('Centres that it is for.'));

export const KeySection = section({
  name: keyName,
  hash: keyHash,
  roles: listOf(oneOf(ACCESS_ROLES, { description: 'A role.' }), {
    description: 'What the key may do.',
    minItems: 1,
    maxItems: ACCESS_ROLES.length,
  }),
  sources: optional(patterns('Sources (CloudEvents `source`) that it may send events of.')),
  queues,
  centres,
  expires,
});
/** A key of one wall screen: it may read, nothing else. */
export const ScreenSection = section({ name: keyName, hash: keyHash, queues, centres, expires });

export const AccessSection = section({
  keys: optional(listOf(KeySection, { description: 'Keys of people and programs.', maxItems: 10_000 })),
  screens: optional(listOf(ScreenSection, { description: 'Keys of wall screens.', maxItems: 10_000 })),
  oidc: optional(
    section({
      issuer: text({ description: 'Issuer of the tokens. Not yet in force: refuses the start.' }),
      audience: text({ description: 'Audience they must name. Not yet in force: refuses the start.' }),
    }),
  ),
  origins: optional(
    listOf(
      text({
        description: 'An origin.',
        pattern: '^https?://([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?$',
        expected: 'an origin as browsers send it, such as "https://wall.example"',
      }),
      {
        description: 'Web origins whose WebSockets are accepted, compared whole; no pattern.',
        default: 'the address that was asked for, and that of server.advertisedUrl',
      },
    ),
  ),
});
export type AccessSection = Static<typeof AccessSection>;
