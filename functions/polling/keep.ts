import type { Memory } from "../asking/memory.ts";
import type { LaneNow } from "../inbox/item.ts";
import { stand } from "../inbox/known.ts";
import type { Observation } from "../inbox/observation.ts";
import { type Recorded, record, type Store } from "../inbox/record.ts";
import { newTraceparent } from "../inbox/traceparent.ts";
import { UnfitWatch } from "../inbox/watch-request.ts";
import { eachOf } from "./each.ts";
import type { WatchStore } from "./kept-watch.ts";
import { keepOdd } from "./odd.ts";
import type { OddRow, Page, Poll, Settled, Sighting } from "./poll.ts";
import { NotKept, scopeOf } from "./scope.ts";
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

export interface KeptPage {
	settled: Settled;
	/** how many of its rows could not be read, nor what they led to */
	odd: number;
}

const defaultRememberHours = 24;

/** Records a page, starts its watches, and only then remembers its keys; what is odd about a row is no other's trouble. */
export async function keepPage(
	{ sightings, watches = [], odd = [] }: Page,
	list: string,
	keeper: Keeper,
): Promise<KeptPage> {
	const found: OddRow[] = [...odd];
	const kept = await eachOf(sightings, (one) =>
		keepSighting(one, keeper, found),
	);
	await eachOf(watches, async (request) => {
		if (!keeper.watches) throw new NotKept("This poll has no watches.");
		try {
			// this page has just shown it
			await keeper.watches.start({ ...request, asked: 1 });
		} catch (error) {
			if (!(error instanceof UnfitWatch))
				throw new NotKept("A watch was not started.", { cause: error });
			found.push({ row: request, error });
		}
	});
	await eachOf(found, (one) => keepOdd(one, list, keeper));
	const notes = kept.flatMap(({ outcome, lanes }, nth) => {
		const key = sightings[nth]?.remember;
		return outcome === "settled" && key !== undefined
			? [[key, JSON.stringify(lanes)] as const]
			: [];
	});
	await remember(new Map(notes), list, keeper);
	const settled = kept.map(({ outcome }) => outcome !== "stale");
	return { settled, odd: found.length };
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

interface KeptSighting {
	/** odd where nothing of it is stale, but something could not be recorded */
	outcome: "settled" | "stale" | "odd";
	lanes: LaneNow[];
}

async function keepSighting(
	{ observations, observedAt }: Sighting,
	keeper: Keeper,
	odd: OddRow[],
): Promise<KeptSighting> {
	const sighting: KeptSighting = { outcome: "settled", lanes: [] };
	for (const observation of observations) {
		if (!isBrought(observation.type, keeper.poll))
			throw new NotKept(`This poll does not bring "${observation.type}".`);
		try {
			const { outcome, lane } = await keepOne(observation, observedAt, keeper);
			if (lane) sighting.lanes.push(lane);
			const { identity } = observation;
			// a fact that is older than the memory stays so
			const isFact = identity.kind === "once" || identity.recurring;
			if (outcome === "stale" && !isFact) sighting.outcome = "stale";
		} catch (error) {
			if (scopeOf(error) !== "row") throw error;
			odd.push({ row: observation.body ?? observation.text, error });
			if (sighting.outcome === "settled") sighting.outcome = "odd";
		}
	}
	return sighting;
}

function isBrought(type: string, { brings }: Pick<Poll, "brings">): boolean {
	return Object.hasOwn(brings, type) || Object.hasOwn(brings, "*");
}

async function keepOne(
	observation: Observation,
	observedAt: Date,
	{ provider, store, tally }: Keeper,
): Promise<Recorded> {
	const traceparent = newTraceparent();
	const recording = { provider, observation, observedAt, traceparent };
	const recorded = await record({ ...recording, via: "poll" }, store);
	const { outcome, type, pk, id, deliveredAt } = recorded;
	const { time } = observation;
	if (time && deliveredAt) tally.delays.push(+deliveredAt - +time);
	tally.observed++;
	if (outcome === "new") noteRecovered(tally, { type, pk, id, traceparent });
	else if (outcome === "stale") tally.stale++;
	else tally.known++;
	return recorded;
}
