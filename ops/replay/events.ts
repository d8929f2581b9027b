import { messageAttributes } from "../../functions/inbox/event.ts";
import { toRequests } from "../../functions/queue/message.ts";
import { inBatches } from "../command/in-batches.ts";
import { listEvents, type StoredEvent } from "../installation/events.ts";
import { findEvent } from "../installation/find-event.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";
import type { Progress } from "./progress.ts";
import type { Outgoing, Refused } from "./sender.ts";

const batch = 100;

/** The events that a replay is about, in the order in which they were recorded. */
export async function* eventsOf(
	installation: Installation,
	{ ids, filter }: Pick<Progress, "ids" | "filter">,
	onProgress?: (line: string) => void,
): AsyncGenerator<StoredEvent> {
	if (!ids) {
		yield* listEvents(installation, filter, { order: "oldest", onProgress });
		return;
	}
	const found: StoredEvent[] = [];
	for (const id of ids) {
		const search = { ...filter, onProgress };
		const event = await findEvent(installation, id, search);
		if (!event)
			throw new Trouble(
				`No event "${id}" was recorded between ${filter.since.toISOString()} and ${filter.until.toISOString()}. --since looks further back.`,
			);
		found.push(event);
	}
	yield* found.toSorted((one, other) =>
		one.recordedtime < other.recordedtime ? -1 : 1,
	);
}

export interface ReplayOptions {
	send(
		provider: string,
		messages: readonly Outgoing["message"][],
	): Promise<Refused>;
	/** told after each request how far it has got */
	onProgress(progress: Progress): void;
	signal: AbortSignal;
}

/** Sends what has not been sent; killed at any point, it goes on from what it was told last. */
export async function replayEvents(
	events: AsyncIterable<StoredEvent>,
	begun: Progress,
	{ send, onProgress, signal }: ReplayOptions,
): Promise<Progress> {
	let progress = begun;
	for await (const some of inBatches(events, batch)) {
		const done = new Set(progress.done);
		const open = some.filter(
			({ id, recordedtime }) =>
				recordedtime >= progress.before && !done.has(id),
		);
		const unreadable = open.filter(({ message }) => message === undefined);
		progress = {
			...progress,
			done: [...progress.done, ...unreadable.map(({ id }) => id)],
			refused: [...progress.refused, ...unreadable.map(refuse)],
		};
		for (const [provider, own] of Map.groupBy(open, (event) => event.provider))
			for (const request of toRequests(own.flatMap(toOutgoing))) {
				if (signal.aborted) return progress;
				const messages = request.map(({ message }) => message);
				const refused = await send(provider, messages);
				progress = {
					...progress,
					done: [...progress.done, ...messages.map(({ id }) => id)],
					sent: progress.sent + messages.length - refused.length,
					refused: [...progress.refused, ...refused],
				};
				onProgress(progress);
			}
		const before = some.at(-1)?.recordedtime ?? progress.before;
		const still = new Set(
			some
				.filter(({ recordedtime }) => recordedtime >= before)
				.map(({ id }) => id),
		);
		progress = {
			...progress,
			before,
			done: progress.done.filter(
				// those of an earlier batch may have the very same time
				(id) => still.has(id) || before === progress.before,
			),
		};
	}
	return progress;
}

/** As the forward function does of an envelope that cannot be read. */
function refuse({ id }: StoredEvent) {
	return { id, reason: "unreadable" };
}

function toOutgoing(event: StoredEvent): Outgoing[] {
	const { provider, id, pk, message: body } = event;
	if (body === undefined) return [];
	const attributes = messageAttributes(event);
	const message = { id, group: pk, deduplication: id, body, attributes };
	return [{ provider, message }];
}
