import Type, { type Static } from 'typebox';
import { byName, count, flag, listOf, oneOf, ofKind, optional, section, text } from './kinds.ts';

const centreName = optional(
  text({
    description: 'Centre of the events.',
    default: "the configuration's centre.id",
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    expected: 'letters, digits, ".", "_" or "-", at most 100',
  }),
);
const label = optional(
  text({ description: 'Name of the system in the source of its events.', default: "the source's name" }),
);
const environmentName = (description: string) =>
  text({
    description,
    pattern: '^[A-Za-z_][A-Za-z0-9_]{0,199}$',
    expected: 'the name of an environment variable',
  });
const reports = optional(
  section({
    hold: optional(
      flag({ description: 'Does the source tell hold?', default: 'as the type of source does' }),
    ),
    acw: optional(
      flag({ description: 'Does it tell after-contact work?', default: 'as the type of source does' }),
    ),
    ring: optional(
      flag({ description: 'Does it tell the start of ringing?', default: 'as the type of source does' }),
    ),
  }),
);

const asteriskQueueLog = section({
  type: Type.Literal('asterisk-queue-log', { description: 'Follows a queue_log file.' }),
  file: text({ description: 'Path of the queue_log file.' }),
  label,
  centre: centreName,
  callbackKeys: optional(
    listOf(
      text({ description: 'A key.', pattern: '^[0-9*#A-D]$', expected: 'one key of the phone such as "1"' }),
      {
        description: 'Exit keys that mean "call me back".',
        default: [],
        maxItems: 16,
      },
    ),
  ),
  reports,
});
const asteriskAmi = section({
  type: Type.Literal('asterisk-ami', { description: 'Listens to the manager interface.' }),
  host: text({ description: 'Host of the manager interface.' }),
  port: optional(count({ description: 'Its port.', default: 5038, maximum: 65_535 })),
  tls: optional(flag({ description: 'TLS on the connection.', default: false })),
  username: text({ description: 'Manager user.' }),
  secretEnv: environmentName('Environment variable that holds its secret.'),
  label,
  centre: centreName,
  reports,
});
const chatwoot = section({
  type: Type.Literal('chatwoot', { description: 'Receives the webhooks of Chatwoot.' }),
  secretEnv: environmentName('Environment variable that holds the webhook secret.'),
  botUsers: optional(
    listOf(Type.Integer({ description: 'A user id.', minimum: 0, maximum: 9_007_199_254_740_991 }), {
      description: 'Users whose messages are a bot’s.',
      default: [],
    }),
  ),
  label,
  centre: centreName,
});
const kafkaTopic = section({
  type: Type.Literal('kafka', { description: 'Reads a raw topic.' }),
  topic: text({
    description: 'Topic to read.',
    pattern: '^[A-Za-z0-9._-]{1,249}$',
    expected: 'the name of a topic',
  }),
  format: optional(
    oneOf(['cloudevents', 'asterisk-queue-log', 'asterisk-ami'], {
      description: 'What its records are.',
      default: 'cloudevents',
    }),
  ),
  label,
  centre: centreName,
});
export const SourceSection = Type.Union([asteriskQueueLog, asteriskAmi, chatwoot, kafkaTopic], {
  discriminator: 'type',
});
export type SourceSection = Static<typeof SourceSection>;
export const Sources = byName(SourceSection, 'Systems that ingest reads itself, by name.');

export const ServerSection = section({
  host: optional(
    text({
      description: 'Address to listen on. Off loopback Vigie needs `access`.',
      default: '127.0.0.1',
      pattern: '^[A-Za-z0-9.:_-]{1,253}$',
      expected: 'a host name or address such as "127.0.0.1"',
    }),
  ),
  port: optional(
    count({
      description: 'Port to listen on; 0 takes a free one.',
      default: '8080; ingest 8081, aggregator 8082 as separate processes',
      minimum: 0,
      maximum: 65_535,
    }),
  ),
  advertisedUrl: optional(
    text({
      description: 'Address under which the other processes reach this one.',
      default: 'made of host and port',
      pattern: '^https?://[^\\s/]+(/[^\\s]*)?$',
      expected: 'a URL such as "http://10.0.0.5:8082"',
    }),
  ),
  basePath: optional(
    text({
      description: 'Path under which a proxy serves Vigie.',
      default: '/',
      pattern: '^/([A-Za-z0-9._~-]+/?)*$',
      expected: 'a path such as "/" or "/vigie"',
    }),
  ),
  trustedProxies: optional(
    listOf(
      text({
        description: 'An address.',
        pattern: '^[0-9A-Fa-f.:/]{2,49}$',
        expected: 'an address or network such as "10.0.0.0/8"',
      }),
      {
        description: 'Proxies whose X-Forwarded headers are believed.',
        default: [],
        maxItems: 100,
      },
    ),
  ),
});

const hostPort = (description: string) =>
  ofKind('hostPort', { description, expected: 'host:port such as "localhost:9092"' });
const tls = optional(
  Type.Union(
    [
      Type.Boolean(),
      section({
        caFile: optional(text({ description: 'Certificates that are trusted.' })),
        certFile: optional(text({ description: 'Own certificate.' })),
        keyFile: optional(text({ description: 'Its key.' })),
      }),
    ],
    {
      description: 'TLS on the connections; with files: caFile, certFile, keyFile.',
      default: false,
      expected: 'true, false, or { caFile, certFile, keyFile }',
    },
  ),
);
export const KafkaSection = section({
  brokers: optional(
    Type.Union(
      [Type.String({ minLength: 1, maxLength: 5000 }), Type.Array(hostPort('A broker.'), { maxItems: 100 })],
      {
        description: 'Brokers, as a list or separated by commas. Without them the log is embedded.',
        expected: 'brokers such as "localhost:9092"',
      },
    ),
  ),
  sasl: optional(
    section({
      mechanism: oneOf(['plain', 'scram-sha-256', 'scram-sha-512'], { description: 'SASL mechanism.' }),
      username: text({ description: 'User.' }),
      passwordEnv: environmentName('Environment variable that holds the password.'),
    }),
  ),
  tls,
  partitions: optional(
    count({ description: 'Partitions of a topic that ingest creates.', default: 12, maximum: 10_000 }),
  ),
  replication: optional(count({ description: 'Its replication factor.', default: 1, maximum: 100 })),
});
export const RedisSection = section({
  url: optional(
    text({
      description: 'Address of Redis. Without it the store is embedded.',
      secret: true,
      pattern: '^rediss?://\\S+$',
      expected: 'a URL such as "redis://localhost:6379"',
    }),
  ),
  tls,
  sentinels: optional(
    section({
      name: text({ description: 'Name of the master.' }),
      nodes: listOf(hostPort('A sentinel.'), { description: 'Sentinels.', minItems: 1, maxItems: 100 }),
      passwordEnv: optional(
        environmentName('Environment variable that holds the password of the sentinels.'),
      ),
    }),
  ),
  cluster: optional(
    section({
      nodes: listOf(hostPort('A node.'), { description: 'Nodes to start from.', minItems: 1, maxItems: 100 }),
    }),
  ),
});
