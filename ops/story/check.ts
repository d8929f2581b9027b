import * as z from "zod";
import { listEvents, type StoredEvent } from "../installation/events.ts";
import { type Installation, only } from "../installation/installation.ts";
import { readLog } from "../installation/log.ts";
import { countsOf, lookAtQueue } from "../installation/queues.ts";
import { Aspect, bad, good, off } from "./aspect.ts";
import { checkPolling, checkProofs } from "./check-settings.ts";

export const aspects = [
	"registration",
	"proofs",
	"credentials",
	"poll",
	"queue",
	"lag",
] as const;

export const Checked = z.object({
	provider: z.string(),
	good: z.boolean(),
	registration: Aspect,
	proofs: Aspect,
	credentials: Aspect,
	poll: Aspect,
	queue: Aspect,
	lag: Aspect,
});
export type Checked = z.output<typeof Checked>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How a provider is set up, and whether all of its way is open. */
export async function checkProvider(
	installation: Installation,
	provider: string,
	now: Date,
): Promise<Checked> {
	const newest = await newestEvent(installation, provider, now);
	const [registration, proofs, polling, queue, lag] = await Promise.all([
		checkRegistration(installation, provider, now),
		checkProofs(installation, provider, now),
		checkPolling(installation, provider, now),
		checkQueue(installation, provider, now),
		checkLag(installation, provider, newest, now),
	]);
	const checked = { registration, proofs, ...polling, queue, lag };
	const isGood = Object.values(checked).every(({ state }) => state !== "bad");
	return { provider, good: isGood, ...checked };
}

async function newestEvent(
	installation: Installation,
	provider: string,
	now: Date,
	via?: string,
): Promise<StoredEvent | undefined> {
	const since = new Date(now.getTime() - 7 * dayMs);
	const filter = { provider, via, since, until: now };
	for await (const event of listEvents(installation, filter, {
		order: "newest",
	}))
		return event;
	return undefined;
}

/** Whether its webhooks come, and nobody is turned away. */
async function checkRegistration(
	installation: Installation,
	provider: string,
	now: Date,
): Promise<Aspect> {
	const last = await newestEvent(installation, provider, now, "webhook");
	let refused = 0;
	const lines = readLog(installation, provider, {
		since: new Date(now.getTime() - dayMs),
		until: now,
		terms: ["refused"],
	});
	for await (const line of lines)
		if (line.function === "webhook" && line.reason === "token") refused++;
	if (refused > 0)
		return bad(
			`${refused} deliveries of the last day had a wrong token`,
			`billhook urls ${provider}`,
		);
	return last
		? good(`the last webhook's event is of ${last.recordedtime}`)
		: off(
				"no webhook has brought an event for 7 days",
				`billhook connect ${provider}`,
			);
}

const oldMs = 15 * minuteMs;

/** Whether somebody takes what is handed on. */
async function checkQueue(
	installation: Installation,
	provider: string,
	now: Date,
): Promise<Aspect> {
	const look = `billhook check ${provider} --json`;
	const [waiting, dead] = await Promise.all([
		lookAtQueue(installation, provider),
		countsOf(installation, only(installation, provider).queues.dead),
	]);
	if (!waiting || !dead) return bad("a queue is gone: deploy again", look);
	if (dead.ready > 0)
		return bad(
			`at least ${dead.ready} in the dead letters`,
			`billhook dead-letters redrive --provider ${provider}`,
		);
	const { ready, underWay, oldest } = waiting;
	if (ready + underWay === 0) return good("empty");
	const says = `${ready} wait, ${underWay} with a consumer`;
	return oldest && now.getTime() - oldest.getTime() > oldMs
		? bad(
				`${says}, the oldest since ${oldest.toISOString()}: does a consumer run?`,
				look,
			)
		: good(says);
}

/** Whether what is recorded gets out, and how soon. */
async function checkLag(
	installation: Installation,
	provider: string,
	newest: StoredEvent | undefined,
	now: Date,
): Promise<Aspect> {
	if (!newest) return off("no event for 7 days");
	const recorded = Date.parse(newest.recordedtime);
	let forwarded: string | undefined;
	let held: string | undefined;
	const lines = readLog(installation, provider, {
		since: new Date(Math.max(recorded - minuteMs, now.getTime() - dayMs)),
		until: now,
		terms: ["forward"],
	});
	for await (const line of lines) {
		if (line.function !== "forward") continue;
		held = line.held?.reason;
		if (line.events?.some(({ id }) => id === newest.id)) forwarded = line.time;
	}
	const mend = `billhook why ${newest.id}`;
	if (held !== undefined)
		return bad(`the queue does not take what is at the head: ${held}`, mend);
	if (forwarded !== undefined)
		return good(
			`${Math.max(0, Date.parse(forwarded) - recorded)} ms from record to queue`,
		);
	if (now.getTime() - recorded > dayMs)
		return good(`the last event is of ${newest.recordedtime}`);
	return now.getTime() - recorded < 2 * minuteMs
		? good("the last event is on its way")
		: bad(`the event of ${newest.recordedtime} has not been forwarded`, mend);
}
