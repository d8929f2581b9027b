import { Stopped } from "../asking/call.ts";
import { knows } from "../inbox/known.ts";
import { DeadlineNear } from "../inbox/record.ts";
import { drive } from "./drive.ts";
import { keepPage, remembered } from "./keep.ts";
import { type KeptWatch, nextDue, type WatchStore } from "./kept-watch.ts";
import { keepOdd, tryRow } from "./odd.ts";
import type { Run, Watches, WatchVerdict } from "./poll.ts";
import type { Running } from "./running.ts";
import { scopeOf } from "./scope.ts";

const together = 4;
const graceMs = 24 * 3_600_000;

/** Asks about the watches that are due, oldest first, until none is left or the run must end. */
export async function askWatches(running: Running): Promise<void> {
	const { poll, watches, clock } = running;
	const rules = poll.watches;
	if (!watches || !rules) return;
	const due = watches.due(clock.now());
	let over = false;
	const worker = async () => {
		try {
			while (!over) {
				const { value: watch, done } = await due.next();
				if (done) return;
				await askOne(watch, rules, watches, running);
			}
		} catch (error) {
			over = true;
			throw error;
		}
	};
	const workers = Array.from({ length: together }, worker);
	const ended = await Promise.allSettled(workers);
	await due.return(undefined);
	for (const one of ended) if (one.status === "rejected") throw one.reason;
}

async function askOne(
	watch: KeptWatch,
	rules: Watches,
	store: WatchStore,
	running: Running,
): Promise<void> {
	const { provider, tally, clock, random } = running;
	if (clock.now() >= clock.stopAt) throw new Stopped("time");
	const final = rules.final?.(watch);
	if (final && (await knows(provider, final, running.store))) {
		if (await store.end(watch)) tally.ended++;
		return;
	}
	const asked = { ...watch, asked: watch.asked + 1 };
	const due = nextDue(asked, rules, clock.now(), random());
	const claimed = await store.claim(watch, due);
	if (!claimed) return;
	const found = await ask(watch, rules, running).catch(async (error) => {
		// only what could not be asked goes back to the head of the queue, so that none can block it
		if (error instanceof Stopped || error instanceof DeadlineNear)
			await store.release(claimed, watch);
		if (scopeOf(error) === "run") throw error;
		await keepOdd({ row: undefined, error }, listOf(watch), running);
		return "failed" as const;
	});
	await conclude(claimed, found, store, running);
}

type Found = { verdict: WatchVerdict; seen: boolean } | "failed";

/** A watch that nobody could answer outlives its deadline by a day: the provider may have been down. */
async function conclude(
	watch: KeptWatch,
	found: Found,
	store: WatchStore,
	{ tally, clock }: Running,
): Promise<void> {
	const overdueMs = clock.now().getTime() - watch.deadline.getTime();
	const over = found === "failed" ? overdueMs >= graceMs : overdueMs >= 0;
	const finished = found !== "failed" && found.verdict === "finished";
	const seen = watch.seen || (found !== "failed" && found.seen);
	if (finished || over) {
		if (!(await store.end(watch))) return;
		if (finished || seen) tally.ended++;
		else tally.expired++;
	} else if (seen && !watch.seen) await store.markSeen(watch);
}

async function ask(
	watch: KeptWatch,
	rules: Watches,
	running: Running,
): Promise<Found> {
	const { settings, call, clock } = running;
	const list = listOf(watch);
	const run: Run = {
		now: clock.now(),
		settings,
		call,
		tryRow,
		remembered: (keys) => remembered(keys, list, running),
	};
	let seen = false;
	const verdict = await drive(rules.ask(watch, run), async (page) => {
		const { settled } = await keepPage(page, list, running);
		seen ||= page.sightings.some((one) => one.observations.length > 0);
		return settled;
	});
	return { verdict, seen };
}

function listOf({ kind, subject }: KeptWatch): string {
	return `watch ${kind} ${subject}`;
}
