import { Stopped } from "../asking/call.ts";
import type { Memory } from "../asking/memory.ts";
import type { LaneNow } from "../inbox/item.ts";
import { stand } from "../inbox/known.ts";
import { DeadlineNear, record, type Store } from "../inbox/record.ts";
import { newTraceparent } from "../inbox/traceparent.ts";
import { eachOf } from "./each.ts";
import type { WatchStore } from "./kept-watch.ts";
import type { Page, Poll, Settled, Sighting } from "./poll.ts";
import { noteRecovered, type Tally } from "./tally.ts";

/** What a page needs to become durable. */
export interface Keeper {
	provider: string;
	poll: Poll;
	store: Store;
	memory: Memory;
	watches?: WatchStore;
	tally: Tally;
}

/** A page could not be made durable: our own fault, and the run's end. */
export class NotKept extends Error {
	override name = "NotKept";
}

const defaultRememberHours = 24;

/** Records a page, starts its watches, and only then remembers its keys. */
export async function keepPage(
	page: Page,
	list: string,
	keeper: Keeper,
): Promise<Settled> {
	try {
		return await keep(page, list, keeper);
	} catch (error) {
		if (error instanceof DeadlineNear) throw new Stopped("time");
		throw new NotKept("A page could not be kept.", { cause: error });
	}
}

async function keep(
	{ sightings, watches = [] }: Page,
	list: string,
	keeper: Keeper,
): Promise<Settled> {
	const kept = await eachOf(sightings, (one) => keepSighting(one, keeper));
	await eachOf(watches, async (request) => {
		if (!keeper.watches) throw new Error("This poll has no watches.");
		// this page has just shown it
		await keeper.watches.start({ ...request, asked: 1 });
	});
	const notes = kept.flatMap(({ settled, lanes }, nth) => {
		const key = sightings[nth]?.remember;
		return settled && key !== undefined
			? [[key, JSON.stringify(lanes)] as const]
			: [];
	});
	await remember(new Map(notes), list, keeper);
	return kept.map(({ settled }) => settled);
}

async function remember(
	notes: ReadonlyMap<string, string>,
	list: string,
	{ poll, store, memory }: Keeper,
): Promise<void> {
	const hours = poll.list?.rememberHours ?? defaultRememberHours;
	const expires = new Date(store.now().getTime() + hours * 3_600_000);
	await memory.remember(list, notes, expires);
}

/** Those of the keys whose sighting still holds: every lane it showed stands where it stood then. */
export async function remembered(
	keys: readonly string[],
	list: string,
	{ store, memory }: Keeper,
): Promise<ReadonlySet<string>> {
	const notes = await memory.remembered(list, keys);
	const holding = await eachOf([...notes], async ([key, note]) => {
		const lanes: readonly LaneNow[] = JSON.parse(note);
		return (await stand(lanes, store)) ? [key] : [];
	});
	return new Set(holding.flat());
}

async function keepSighting(
	{ observations, observedAt }: Sighting,
	{ provider, poll, store, tally }: Keeper,
): Promise<{ settled: boolean; lanes: LaneNow[] }> {
	let settled = true;
	const lanes: LaneNow[] = [];
	for (const observation of observations) {
		if (!Object.hasOwn(poll.brings, observation.type))
			throw new Error(`This poll does not bring "${observation.type}".`);
		const traceparent = newTraceparent();
		const recording = { provider, observation, observedAt, traceparent };
		const { outcome, type, id, deliveredAt, lane } = await record(
			{ ...recording, via: "poll" },
			store,
		);
		const { time, identity } = observation;
		if (lane) lanes.push(lane);
		if (time && deliveredAt) tally.delays.push(+deliveredAt - +time);
		tally.observed++;
		if (outcome === "new") noteRecovered(tally, { type, id, traceparent });
		else if (outcome === "stale") tally.stale++;
		else tally.known++;
		// a fact that is older than the memory stays so
		const isFact = identity.kind === "once" || identity.recurring;
		if (outcome === "stale" && !isFact) settled = false;
	}
	return { settled, lanes };
}
