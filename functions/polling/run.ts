import { type Clock, type Http, openCall, Stopped } from "../asking/call.ts";
import { openGatekeeper } from "../asking/gatekeeper.ts";
import type { Memory } from "../asking/memory.ts";
import { openTokenHolder } from "../asking/tokens.ts";
import { isUsable } from "../asking/url.ts";
import { DeadlineNear, leftMs, type Store } from "../inbox/record.ts";
import type { Provider } from "../provider.ts";
import { SettingsUnreadable } from "../secret.ts";
import type { WatchStore } from "./kept-watch.ts";
import { takeLease } from "./lease.ts";
import { passLists } from "./list-pass.ts";
import { tryRow } from "./odd.ts";
import type { Poll } from "./poll.ts";
import type { Running } from "./running.ts";
import { ours } from "./scope.ts";
import {
	constantOffset,
	emptyTally,
	noteFailure,
	type RunSummary,
	type Tally,
} from "./tally.ts";
import { askWatches } from "./watch-pass.ts";

/** Everything a run needs to ask one provider. */
export interface PollResources {
	provider: Provider;
	settings: {
		read(leftMs: number): Promise<Record<string, unknown>>;
	};
	store: Store;
	memory: Memory;
	/** where the provider has watches */
	watches?: WatchStore;
	http: Http;
	random: () => number;
	pause(milliseconds: number): Promise<void>;
	/** no request is sent after it */
	stopAt: Date;
}

const settingsMs = 10_000;
const leaseMarginMs = 5000;

/** One run: fetches what the webhooks failed to bring, as far as time and the provider allow. */
export async function runPoll(resources: PollResources): Promise<RunSummary> {
	const { provider, store, memory } = resources;
	const { poll } = provider;
	if (!poll) throw new Error(`${provider.name} has no poll.`);
	const startedAt = store.now();
	const tally = emptyTally();
	const regular = new Date(startedAt.getTime() + poll.everyMinutes * 60_000);
	const settings = await readSettings(resources);
	if (settings === "unreadable") {
		const skipped = "the settings are wrong";
		return { ...sum(tally, poll), skipped, next: regular.toISOString() };
	}
	const missing = missingOf(poll, settings);
	if (missing === "all")
		return { ...sum(tally, poll), skipped: "not configured", next: null };
	if (missing.length > 0) {
		for (const name of missing) tally.settings.add(name);
		return { ...sum(tally, poll), skipped: "half configured", next: null };
	}
	const until = new Date(store.deadline.getTime() + leaseMarginMs);
	const lease = await takeLease(memory, { now: startedAt, until });
	if ("heldUntil" in lease) {
		const skipped = "another run is at work";
		return {
			...sum(tally, poll),
			skipped,
			next: lease.heldUntil.toISOString(),
		};
	}
	let stopped: Stopped | undefined;
	try {
		await work(begin(resources, poll, settings, tally), lease.run);
	} catch (error) {
		if (error instanceof Stopped) stopped = error;
		else if (error instanceof DeadlineNear) stopped = new Stopped("time");
		else noteFailure(tally, error);
	}
	try {
		await lease.release();
	} catch (error) {
		// it ends by itself, and what the run has done must be told
		noteFailure(tally, error);
	}
	const next = later(regular, stopped?.until).toISOString();
	return {
		...sum(tally, poll),
		run: lease.run,
		...(stopped && { stopped: stopped.reason }),
		next,
	};
}

/** Lists and watches take turns in going first, so that neither starves the other. */
async function work(running: Running, run: number): Promise<void> {
	const parts = [passLists, askWatches];
	if (run % 2 === 0) parts.reverse();
	for (const part of parts) await part(running);
}

function begin(
	resources: PollResources,
	poll: Poll,
	settings: Record<string, unknown>,
	tally: Tally,
): Running {
	const { provider, http, random, pause, stopAt } = resources;
	const { inbox, payloads, now, deadline, retentionDays } = resources.store;
	const store: Store = {
		inbox: ours(inbox),
		payloads: ours(payloads),
		now,
		deadline,
		retentionDays,
	};
	const memory = ours(resources.memory);
	const clock: Clock = { now, pause, stopAt, deadline };
	const { budget } = poll;
	const gatekeeper = openGatekeeper({ memory, budget, now, random });
	const calling = {
		api: poll,
		settings,
		http,
		gatekeeper,
		clock,
		random,
		tally,
	};
	const tokens = poll.tokens && openTokens(poll.tokens);
	const call = openCall({ ...calling, tokens, tries: 2 });
	return {
		provider: provider.name,
		poll,
		store,
		memory,
		tally,
		settings,
		watches: resources.watches,
		clock,
		random,
		call,
	};

	function openTokens({ owners, fetch }: NonNullable<Poll["tokens"]>) {
		// a request that fetches a token is sent once: it may have used up what it showed
		const plain = openCall({ ...calling, tries: 1 });
		return openTokenHolder({
			memory,
			now,
			owners: owners && {
				setting: owners.setting,
				first: (owner) => owners.first(settings, owner),
			},
			fetch: (grant) =>
				fetch(grant, {
					now: now(),
					settings,
					call: plain,
					tryRow,
					remembered: async () => new Set(),
				}),
		});
	}
}

/** The secret store is waited for a while; what it holds may be wrong. */
async function readSettings({ settings, store }: PollResources) {
	try {
		return await settings.read(Math.min(settingsMs, leftMs(store)));
	} catch (error) {
		if (error instanceof SettingsUnreadable) return "unreadable";
		throw error;
	}
}

function missingOf(
	poll: Poll,
	settings: Record<string, unknown>,
): "all" | string[] {
	const unset = poll.needs.filter((name) => isUnset(settings[name]));
	if (unset.length === poll.needs.length) return "all";
	return isUsable(poll.url(settings) ?? "") ? unset : [...unset, "apiUrl"];
}

function isUnset(setting: unknown): boolean {
	if (setting === undefined || setting === null || setting === "") return true;
	return typeof setting === "object" && Object.keys(setting).length === 0;
}

function sum(tally: Tally, { zoneSetting }: Poll) {
	const {
		events,
		quarantined,
		failures,
		settings,
		breakerOpened,
		delays,
		...counts
	} = tally;
	const offset = zoneSetting ? constantOffset(delays) : 0;
	if (zoneSetting && offset !== 0) settings.add(zoneSetting);
	return {
		...counts,
		...(offset !== 0 && { clockOffsetMinutes: offset }),
		recorded: counts.recovered,
		...(events.length > 0 && { events }),
		...(quarantined.length > 0 && { quarantined }),
		...(Object.keys(failures).length > 0 && { failures }),
		...(settings.size > 0 && { settings: [...settings] }),
		...(breakerOpened > 0 && { breakerOpened: true as const }),
	};
}

function later(one: Date, other: Date | undefined): Date {
	return other && other > one ? other : one;
}
