/** The part of kafkajs's own consumer group that `same-member.ts` changes. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  export default class ConsumerGroup {
    memberId: string | null;
    readonly cluster: object;
    connect(): Promise<void>;
    leave(): Promise<void>;
  }
}
