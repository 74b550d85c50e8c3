import type { Delivery } from "../domain/announcement.ts";
import { fitToSend, type LostNotice, type Notice, type Notices } from "../domain/notices/notice.ts";

/** One way to people. */
export interface NoticeChannel {
  /** `Slack`, `PagerDuty`: shown where a notice is lost. */
  readonly by: string;
  /** Never rejects, and ends within a few seconds. */
  send(notice: Notice): Promise<Delivery>;
}

/** The longest that an end waits for all that is still on its way, in ms: a key to read, and a message. */
const MOST_WAIT_MS = 7000;

/**
 * Sends each notice by every channel at once, and to one channel in their order. `say`: each channel that loses a notice
 * is said once, however many it loses.
 */
export function createNotices(channels: readonly NoticeChannel[], say: (lost: LostNotice) => void): Notices {
  const lost: LostNotice[] = [];
  const open = new Set<Pick<LostNotice, "moment" | "by">>();
  const ends = new Map<NoticeChannel, Promise<void>>();
  const lose = (one: LostNotice): void => {
    const isFirst = lost.every(({ by }) => by !== one.by);
    lost.push(one);
    if (isFirst) say(one);
  };
  const deliver = async (channel: NoticeChannel, notice: Notice, before: Promise<void> | undefined): Promise<void> => {
    const one = { moment: notice.moment, by: channel.by };
    open.add(one);
    await before;
    const delivery = await channel.send(notice).catch((): Delivery => ({ told: null, why: "it cannot be reached" }));
    open.delete(one);
    if (delivery.told === true) return;
    lose({ ...one, why: delivery.why, ...(delivery.told === null && { isDoubtful: true }) });
  };
  return {
    by: channels.map(({ by }) => by),
    tell(given) {
      const notice = fitToSend(given);
      for (const channel of channels) ends.set(channel, deliver(channel, notice, ends.get(channel)));
    },
    async settled() {
      await within(MOST_WAIT_MS, Promise.all(ends.values()));
      const late = [...open].map(
        (one): LostNotice => ({ ...one, why: "it had not answered by the end", isDoubtful: true }),
      );
      return [...lost, ...late];
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]).finally(() => clearTimeout(timer));
}
