import type { Link } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';
import { KAFKA_ERRORS, wrongAnswers, type KafkaRequest } from '../kafka-errors.ts';
import { disturb } from './network.ts';

const {
  COORDINATOR_LOAD_IN_PROGRESS,
  COORDINATOR_NOT_AVAILABLE,
  ILLEGAL_GENERATION,
  LEADER_NOT_AVAILABLE,
  NOT_COORDINATOR,
  NOT_ENOUGH_REPLICAS,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  NOT_LEADER_OR_FOLLOWER,
  OFFSET_OUT_OF_RANGE,
  REBALANCE_IN_PROGRESS,
  REQUEST_TIMED_OUT,
  UNKNOWN_MEMBER_ID,
} = KAFKA_ERRORS;

const MEMBERS: readonly Link[] = ['aggregator0-kafka', 'aggregator1-kafka'];
const SENDER: readonly Link[] = ['ingest-kafka'];

interface Wrong {
  readonly name: string;
  readonly links: readonly Link[];
  readonly of: readonly KafkaRequest[];
  readonly errors: readonly number[];
  /** Chance of an answer to be wrong. */
  readonly chance: number;
}

/** An answer that is changed stands for one that a broker gives: kinds of errors, by what asks. */
const WRONG: readonly Wrong[] = [
  {
    name: 'the coordinator is another, or loading',
    links: MEMBERS,
    of: ['heartbeat', 'join', 'sync', 'findCoordinator', 'commitOffsets'],
    errors: [NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE],
    chance: 0.5,
  },
  {
    name: 'the group does not know its member',
    links: MEMBERS,
    of: ['heartbeat', 'sync'],
    errors: [UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS],
    chance: 0.6,
  },
  {
    name: 'offsets out of range, leaders elsewhere',
    links: MEMBERS,
    of: ['fetch', 'listOffsets'],
    errors: [OFFSET_OUT_OF_RANGE, NOT_LEADER_OR_FOLLOWER, LEADER_NOT_AVAILABLE],
    chance: 0.3,
  },
  {
    name: 'appends that are done and said to have failed',
    links: SENDER,
    of: ['produce'],
    errors: [
      REQUEST_TIMED_OUT,
      NOT_LEADER_OR_FOLLOWER,
      NOT_ENOUGH_REPLICAS,
      NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    ],
    chance: 0.7,
  },
];

async function answerWrongly(world: World, { links, of, errors, chance }: Wrong): Promise<void> {
  const { random } = world;
  const forMs = random.int(1_500, 4_000);
  const rewriter = () => wrongAnswers({ of, errors, chance, random: () => random.next() });
  const harmed = links.map((link) => world.deployment.links.get(link)?.harmed ?? 0);
  await Promise.all(
    links.map(async (link) => await disturb(world, link, { kind: 'rewrite', rewriter }, forMs)),
  );
  // two resets of what was open are no wrong answers yet
  const wrong = links.reduce(
    (sum, link, index) => sum + (world.deployment.links.get(link)?.harmed ?? 0) - (harmed[index] ?? 0),
    0,
  );
  world.ledger.compared('F5 connections reset and answers changed', wrong);
}

/** Errors of Kafka's protocol, as a cluster of several brokers gives them. */
export const PROTOCOL_FAULTS: readonly Fault[] = [
  ...WRONG.map((wrong) => ({
    name: `F5 ${wrong.name}`,
    run: async (world: World) => await answerWrongly(world, wrong),
  })),
  {
    name: 'F5 a broker far away',
    run: async (world) => {
      const delayMs = world.random.int(100, 400);
      await Promise.all(
        [...MEMBERS, ...SENDER].map(
          async (link) => await disturb(world, link, { kind: 'delay', delayMs }, 3_000),
        ),
      );
    },
  },
];
