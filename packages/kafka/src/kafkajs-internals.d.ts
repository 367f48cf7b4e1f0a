/** The part of kafkajs's own consumer group that `teach-membership.ts` changes. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  export default class ConsumerGroup {
    memberId: string | null;
    readonly cluster: object;
    connect(): Promise<void>;
    leave(): Promise<void>;
    /** Batches of a broker. */
    fetch(nodeId: string): Promise<object[]>;
  }
}
