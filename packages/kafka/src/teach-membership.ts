import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** Ids of members that could not leave their group, by the cluster object that a consumer keeps for its life. */
const left = new WeakMap<object, string>();
let isTaught = false;

/** As kafkajs names the answer of a coordinator that does not know a member. */
const NO_MEMBER = { type: 'UNKNOWN_MEMBER_ID', code: 25 };

/**
 * Teaches kafkajs to come back as the member that it was, and not to read on as none. Idempotent.
 *
 * It gives its connection up when a broker is away for a few seconds, cannot tell the group that it leaves, and joins
 * again as a new member; a broker that has come back then waits for the old one until its session is over, and nobody is
 * assigned anything before. And when the group has forgotten it and cannot be joined at once, it goes on to fetch what it
 * had, without heartbeats, for ever: it is told again that it is no member, and joins.
 */
export function teachMembership(): void {
  if (isTaught) return;
  isTaught = true;
  const { connect, leave, fetch } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.connect = async function (): Promise<void> {
    // an id that the group has forgotten is answered so, and kafkajs joins without one
    this.memberId ??= left.get(this.cluster) ?? null;
    await connect.call(this);
  };
  ConsumerGroup.prototype.leave = async function (): Promise<void> {
    const { memberId } = this;
    try {
      await leave.call(this);
      left.delete(this.cluster);
    } catch (error) {
      if (memberId !== null) left.set(this.cluster, memberId);
      throw error;
    }
  };
  ConsumerGroup.prototype.fetch = async function (nodeId: string): Promise<object[]> {
    if (this.memberId === null)
      throw Object.assign(new Error('fetching without being a member of the group'), NO_MEMBER);
    return await fetch.call(this, nodeId);
  };
}
