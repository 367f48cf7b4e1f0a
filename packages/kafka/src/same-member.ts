import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** Ids of members that could not leave their group, by the cluster object that a consumer keeps for its life. */
const left = new WeakMap<object, string>();
let isTaught = false;

/**
 * Teaches kafkajs to come back as the member that it was. It gives its connection up when a broker is away for a few
 * seconds, cannot tell the group that it leaves, and joins again as a new member; a broker that has come back then waits
 * for the old one until its session is over, and nobody is assigned anything before. Idempotent.
 */
export function rejoinAsTheSameMember(): void {
  if (isTaught) return;
  isTaught = true;
  const { connect, leave } = ConsumerGroup.prototype;
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
}
