import type { Delivery } from "../domain/announcement.ts";
import { fitToSend, type LostNotice, type Notice, type Notices } from "../domain/notices/notice.ts";

/** One way to people. */
export interface NoticeChannel {
  /** `Slack`, `PagerDuty`: shown where a notice is lost. */
  readonly by: string;
  /** Never rejects, and ends within a few seconds. */
  send(notice: Notice): Promise<Delivery>;
}

/**
 * Sends each notice by every channel at once, and to one channel in their order. `say`: each channel that loses a notice
 * is told of once, however many it loses.
 */
export function createNotices(channels: readonly NoticeChannel[], say: (lost: LostNotice) => void): Notices {
  const lost: LostNotice[] = [];
  const ends = new Map<NoticeChannel, Promise<void>>();
  const deliver = async (channel: NoticeChannel, notice: Notice, before: Promise<void> | undefined): Promise<void> => {
    await before;
    const delivery = await channel.send(notice).catch((): Delivery => ({ told: null, why: "it cannot be reached" }));
    if (delivery.told === true) return;
    const isFirst = lost.every(({ by }) => by !== channel.by);
    const one: LostNotice = {
      moment: notice.moment,
      by: channel.by,
      why: delivery.why,
      ...(delivery.told === null && { isDoubtful: true }),
    };
    lost.push(one);
    if (isFirst) say(one);
  };
  return {
    by: channels.map(({ by }) => by),
    tell(given) {
      const notice = fitToSend(given);
      for (const channel of channels) ends.set(channel, deliver(channel, notice, ends.get(channel)));
    },
    async settled() {
      await Promise.all(ends.values());
      return [...lost];
    },
  };
}
