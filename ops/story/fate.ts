import { amongDeadLetters } from "../dead-letters/letters.ts";
import { cannotBeRead, type StoredEvent } from "../installation/events.ts";
import type { Installation } from "../installation/installation.ts";
import { readLog } from "../installation/log.ts";
import { lookAtQueue, type Waiting } from "../installation/queues.ts";
import type { Moment } from "./moment.ts";

/** What is known of one event behind its recording. */
export interface Known {
	event: StoredEvent;
	moments: readonly Moment[];
	/** how far back the log reaches */
	reach: Date | undefined;
	/** undefined where there is no queue */
	waiting: Waiting | undefined;
	isDead: boolean;
	/** why the stream's head does not get out, where it does not */
	stuck: string | undefined;
}

/** Where each of these events is now, in a sentence. */
export async function fatesOf(
	installation: Installation,
	provider: string,
	{
		events,
		moments,
		reach,
	}: {
		events: readonly StoredEvent[];
		moments: readonly Moment[];
		reach: Date | undefined;
	},
): Promise<Moment[]> {
	const [waiting, stuck, dead] = await Promise.all([
		lookAtQueue(installation, provider),
		stuckOn(installation, provider),
		amongDeadLetters(
			installation,
			provider,
			new Set(events.map(({ id }) => id)),
		),
	]);
	return events.map((event) => ({
		at: new Date().toISOString(),
		provider,
		what: "now",
		says: sayFate({
			event,
			moments: moments.filter(({ id }) => id === event.id),
			reach,
			waiting,
			stuck,
			isDead: dead.has(event.id),
		}),
		id: event.id,
	}));
}

// between the function's clock and the queue's, and what a request may take
const toleranceMs = 2000;

const recentMs = 3_600_000;

/** What the queue has last said of the stream's head; undefined where it took it. */
async function stuckOn(
	installation: Installation,
	provider: string,
): Promise<string | undefined> {
	const until = new Date();
	let reason: string | undefined;
	const lines = readLog(installation, provider, {
		since: new Date(until.getTime() - recentMs),
		until,
		terms: ["forward"],
	});
	for await (const line of lines)
		if (line.function === "forward") reason = line.held?.reason;
	return reason;
}

/** In a sentence, and with the command that goes on from there. */
export function sayFate(known: Known): string {
	const { event, moments, reach, waiting, isDead, stuck } = known;
	const { id, provider, recordedtime } = event;
	if (isDead)
		return `in the dead letters: a consumer received it five times and did not delete it. billhook dead-letters redrive --provider ${provider} sends it again`;
	const last = (what: Moment["what"]) =>
		moments.filter((moment) => moment.what === what).at(-1);
	const forwarded = last("forwarded");
	if (forwarded) return sayForwarded(forwarded, waiting);
	if (event.unreadable)
		return `nothing can send it: ${cannotBeRead}. Point-in-time recovery, which goes back 35 days, may have it as it was`;
	if (last("failed"))
		return `never on the queue, which refused it for good: it lies in the bucket. billhook replay --failures --provider ${provider} --since ${recordedtime} sends it again`;
	if (stuck)
		return `recorded and not forwarded: the queue does not take what is at the head (${stuck}); it, and all behind it, is tried again. billhook check ${provider} looks at the queue`;
	if (!reach || reach.toISOString() > recordedtime)
		return `the log reaches back to ${reach?.toISOString() ?? "nothing"} only: whether it was forwarded cannot be told any more. ${sayQueue(waiting)}`;
	return `recorded and not forwarded, as far as the log tells. Within a minute it may be on its way; later, billhook check ${provider} looks at the stream, and billhook replay ${id} --since ${recordedtime} sends it`;
}

function sayForwarded({ at }: Moment, waiting: Waiting | undefined): string {
	if (!waiting)
		return `forwarded at ${at}, to a queue that is not there any more`;
	const { ready, underWay, oldest } = waiting;
	if (ready + underWay === 0)
		return `forwarded at ${at} and taken: the queue is empty, and it is not among the dead letters`;
	if (oldest && oldest.getTime() - toleranceMs > Date.parse(at))
		return `forwarded at ${at} and taken: what waits in the queue is younger, and it is not among the dead letters`;
	return `forwarded at ${at}, and perhaps waiting still: ${sayQueue(waiting)}`;
}

function sayQueue(waiting: Waiting | undefined): string {
	if (!waiting) return "the queue is not there";
	const { ready, underWay, oldest } = waiting;
	if (ready + underWay === 0) return "the queue is empty";
	const since = oldest
		? `the oldest since ${oldest.toISOString()}`
		: "nobody knows since when";
	return `${ready} wait in the queue and ${underWay} are with a consumer, ${since}`;
}
