import { Stopped } from "../asking/call.ts";
import type { Kept } from "../asking/memory.ts";
import { WrongCredentials } from "../asking/request.ts";
import { Denied, OwnerRefused } from "../asking/tokens.ts";
import { drive } from "./drive.ts";
import { eachOf } from "./each.ts";
import { keepPage, NotKept, remembered } from "./keep.ts";
import type { Run } from "./poll.ts";
import type { Running } from "./running.ts";
import { noteFailure } from "./tally.ts";

interface KeptCursor {
	since?: string;
	place?: string;
	/** epoch ms of the last pass, whatever became of it */
	triedAt: number;
}

interface Place {
	name: string;
	kept: Kept<KeptCursor>;
}

const fresh: Kept<KeptCursor> = { value: { triedAt: 0 }, version: 0 };

/** One pass for each cursor, beginning with the one whose last is longest ago. */
export async function passLists(running: Running): Promise<void> {
	const { poll, settings, memory, tally } = running;
	if (!poll.list) return;
	const places = await eachOf(
		poll.list.cursors(settings),
		async (name): Promise<Place> => {
			const kept = await memory.read<KeptCursor>(cursorName(name));
			return { name, kept: kept ?? fresh };
		},
	);
	const turns = places.toSorted(
		(one, other) => one.kept.value.triedAt - other.kept.value.triedAt,
	);
	for (const place of turns) {
		try {
			await passOne(place, running);
		} catch (error) {
			if (error instanceof Stopped && error.reason === "overtaken") continue;
			if (error instanceof OwnerRefused) {
				tally.refused++;
				if (!error.known) noteFailure(tally, error);
				continue;
			}
			if (endsRun(error, running)) throw error;
			noteFailure(tally, error);
		}
	}
}

function endsRun(error: unknown, { poll }: Running): boolean {
	if (error instanceof Stopped || error instanceof NotKept) return true;
	// one owner's trouble is not the others'
	if (error instanceof Denied) return !poll.tokens?.owners;
	return error instanceof WrongCredentials;
}

async function passOne({ name, kept }: Place, running: Running): Promise<void> {
	const { poll, settings, call, clock, memory } = running;
	if (!poll.list) return;
	const run: Run = {
		now: clock.now(),
		settings,
		call,
		remembered: (keys) => remembered(keys, name, running),
	};
	let { value, version } = kept;
	const { since, place } = value;

	async function move(next: Omit<KeptCursor, "triedAt">): Promise<void> {
		value = { ...next, triedAt: clock.now().getTime() };
		if (!(await memory.replace(cursorName(name), value, version)))
			throw new Stopped("overtaken");
		version++;
	}

	let returned: string;
	try {
		const pages = poll.list.pass({ name, since, place }, run);
		returned = await drive(pages, async (page) => {
			const settled = await keepPage(page, name, running);
			if (page.place !== undefined)
				await move({ since: value.since, place: page.place });
			return settled;
		});
	} catch (error) {
		// who failed goes behind those who have not been asked
		if (!(error instanceof Stopped || error instanceof NotKept))
			await move({ since: value.since, place: value.place });
		throw error;
	}
	await move({ since: returned });
}

function cursorName(name: string): string {
	return `cursor#${name}`;
}
