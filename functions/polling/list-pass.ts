import { Stopped } from "../asking/call.ts";
import type { Kept } from "../asking/memory.ts";
import { OwnerRefused } from "../asking/tokens.ts";
import { drive } from "./drive.ts";
import { eachOf } from "./each.ts";
import { keepPage, remembered } from "./keep.ts";
import { tryRow } from "./odd.ts";
import type { Run } from "./poll.ts";
import type { Running } from "./running.ts";
import { scopeOf } from "./scope.ts";
import { noteFailure } from "./tally.ts";

interface KeptCursor {
	since?: string;
	place?: string;
	/** epoch ms of the last pass, whatever became of it */
	triedAt: number;
	/** this pass has met an odd row */
	odd?: boolean;
	/** epoch ms since when `since` has stood still for odd rows */
	heldAt?: number;
}

interface Place {
	name: string;
	kept: Kept<KeptCursor>;
}

// that an odd row may come right
const holdMs = 24 * 3_600_000;

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
			if (scopeOf(error) === "run") throw error;
			// another run has overtaken this one
			if (error instanceof Stopped) continue;
			if (error instanceof OwnerRefused) {
				tally.refused++;
				if (!error.known) noteFailure(tally, error);
				continue;
			}
			noteFailure(tally, error);
		}
	}
}

async function passOne({ name, kept }: Place, running: Running): Promise<void> {
	const { poll, settings, call, clock, memory } = running;
	if (!poll.list) return;
	const run: Run = {
		now: clock.now(),
		settings,
		call,
		tryRow,
		remembered: (keys) => remembered(keys, name, running),
	};
	let { value, version } = kept;
	const { since, place } = value;

	async function move(to: Partial<KeptCursor>): Promise<void> {
		value = { ...value, ...to, triedAt: clock.now().getTime() };
		if (!(await memory.replace(cursorName(name), value, version)))
			throw new Stopped("overtaken");
		version++;
	}

	let returned: string;
	let odd = value.odd ?? false;
	try {
		const pages = poll.list.pass({ name, since, place }, run);
		returned = await drive(pages, async (page) => {
			const kept = await keepPage(page, name, running);
			odd ||= kept.odd > 0;
			if (page.place !== undefined) await move({ place: page.place, odd });
			return kept.settled;
		});
	} catch (error) {
		// who failed goes behind those who have not been asked
		if (scopeOf(error) !== "run") await move({});
		throw error;
	}
	const now = clock.now().getTime();
	const heldAt = odd ? (value.heldAt ?? now) : undefined;
	const isHeld = heldAt !== undefined && now - heldAt < holdMs;
	await move({
		since: isHeld ? (since ?? returned) : returned,
		place: undefined,
		odd: undefined,
		heldAt: isHeld ? heldAt : undefined,
	});
}

function cursorName(name: string): string {
	return `cursor#${name}`;
}
