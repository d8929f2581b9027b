import { settleMs } from "../../../functions/inbox/decide.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type Arrival, dawn, hour, minute, second } from "./lane.ts";

/** What a provider's webhooks and its API say of a change beside its value. */
export interface Sender {
	says: string;
	keyed?: "each" | "first";
	dated?: boolean;
	/** how far its clock is off */
	skewMs?: number;
	/** what its times are cut to */
	cutMs?: number;
	/** how far its API is behind */
	lagMs?: number;
	/** its webhooks keep their order, copies aside */
	inOrder?: boolean;
	unpolled?: boolean;
	withinMs?: number;
}

export type Profile = "realistic" | "hostile";

/** A change of state that really happened. */
export interface Change {
	value: string;
	at: number;
}

/** Everything that happens to one lane, and what of it we hear. */
export interface Schedule {
	changes: readonly Change[];
	/** in the order in which they reach the lane */
	arrivals: readonly Arrival[];
}

export const letters = ["A", "B", "C"];

export function scheduleOf(
	seed: number,
	sender: Sender,
	profile: Profile,
): Schedule {
	const chance = chanceOf(seed);
	const changes = changesOf(chance, profile);
	const pushes = pushesOf(chance, changes, sender, profile);
	const polls = sender.unpolled ? [] : pollsOf(chance, changes, pushes, sender);
	const arrivals = [...pushes, ...polls].sort(
		(one, other) => one.now - other.now,
	);
	return { changes, arrivals };
}

function changesOf(chance: Chance, profile: Profile): Change[] {
	const changes: Change[] = [];
	let at = dawn + chance.whole(0, 15 * minute);
	for (let left = chance.whole(1, 6); left > 0; left--) {
		const latest = changes.at(-1)?.value;
		const before = changes.at(-2)?.value;
		const [one = "A", other = one] = letters.filter(
			(letter) => letter !== latest && letter !== before,
		);
		const another = chance.is(0.5) ? one : other;
		const value = before && chance.is(0.3) ? before : another;
		changes.push({ value, at });
		at += gapOf(chance, profile);
	}
	return changes;
}

function gapOf(chance: Chance, profile: Profile): number {
	if (profile === "hostile") return chance.spread(second, hour);
	const kind = chance.next();
	if (kind < 0.25) return chance.spread(second, minute);
	if (kind < 0.6) return chance.spread(minute, hour);
	return chance.spread(hour, 6 * hour);
}

function pushesOf(
	chance: Chance,
	changes: readonly Change[],
	sender: Sender,
	profile: Profile,
): Arrival[] {
	const pushes: Arrival[] = [];
	let latest = 0;
	for (const [change, { value, at }] of changes.entries()) {
		if (chance.is(profile === "hostile" ? 0.2 : 0.03)) continue;
		const incoming = incomingOf(sender, change, value, at);
		let now = at + delayOf(chance, profile);
		if (sender.inOrder) now = Math.max(now, latest + 1);
		latest = now;
		pushes.push({ incoming, now, change });
		for (let copies = copiesOf(chance, profile); copies > 0; copies--)
			pushes.push({ incoming, now: now + copyDelayOf(chance), change });
	}
	return pushes;
}

function incomingOf(
	{ keyed, dated, skewMs = 0, cutMs = 1, withinMs = minute }: Sender,
	change: number,
	value: string,
	at: number,
): Arrival["incoming"] {
	const hasKey = keyed === "each" || (keyed === "first" && change === 0);
	return {
		via: "webhook",
		value,
		body: `${value} ${change}`,
		key: hasKey ? `key ${change}` : undefined,
		first: keyed === "first" ? "key 0" : undefined,
		time: dated ? Math.floor((at + skewMs) / cutMs) * cutMs : undefined,
		withinMs,
		recurring: false,
	};
}

function delayOf(chance: Chance, profile: Profile): number {
	if (profile === "hostile" && chance.is(0.5))
		return chance.spread(100, 3 * hour);
	const kind = chance.next();
	if (kind < 0.95) return chance.spread(100, 5 * second);
	if (kind < 0.985) return chance.spread(5 * second, minute);
	if (kind < 0.996) return chance.spread(minute, 10 * minute);
	return chance.spread(10 * minute, 6 * hour);
}

function copiesOf(chance: Chance, profile: Profile): number {
	if (profile === "hostile") return chance.whole(0, 2);
	return chance.is(0.03) ? 1 : 0;
}

function copyDelayOf(chance: Chance): number {
	const kind = chance.next();
	if (kind < 0.8) return chance.spread(second, 45 * second);
	if (kind < 0.95) return chance.spread(45 * second, 5 * minute);
	return chance.spread(5 * minute, 3 * hour);
}

const watchedMs = 31 * minute;

/** Polls while anything can come of them: half an hour after each change and each push. */
function pollsOf(
	chance: Chance,
	changes: readonly Change[],
	pushes: readonly Arrival[],
	sender: Sender,
): Arrival[] {
	const every = chance.one([5 * minute, 10 * minute, 15 * minute]);
	const jitter = chance.is(0.2) ? every : 0;
	const offset = dawn + chance.whole(0, every);
	const polls: Arrival[] = [];
	const times = [
		...changes.map(({ at }) => at),
		...pushes.map(({ now }) => now),
	].sort((one, other) => one - other);
	let run = 0;
	for (const time of times) {
		run = Math.max(run, Math.ceil((time - offset) / every));
		for (; offset + run * every < time + watchedMs; run++) {
			const asked = offset + run * every + Math.round(chance.next() * jitter);
			polls.push(
				...pollOf(changes, sender, asked, chance.spread(50, 2 * minute)),
			);
		}
	}
	return polls;
}

/** What an answer shows, if there is anything to show. */
export function pollOf(
	changes: readonly Change[],
	sender: Sender,
	asked: number,
	tookMs: number,
): Arrival[] {
	const { lagMs = 0, keyed, withinMs = minute } = sender;
	const change = changes.findLastIndex(({ at }) => at <= asked - lagMs);
	const value = changes[change]?.value;
	if (value === undefined) return [];
	const incoming: Arrival["incoming"] = {
		via: "poll",
		value,
		first: keyed === "first" ? "key 0" : undefined,
		withinMs,
		recurring: false,
	};
	return [{ incoming, asked, now: asked + tookMs, change }];
}

/** Four quiet polls, when everything has arrived and settled. */
export function endOf(
	{ changes, arrivals }: Schedule,
	sender: Sender,
): Arrival[] {
	if (sender.unpolled) return [];
	const { lagMs = 0 } = sender;
	const end = Math.max(changes.at(-1)?.at ?? 0, arrivals.at(-1)?.now ?? 0);
	return [1, 2, 3, 4].flatMap((nth) => {
		const asked = end + lagMs + nth * (settleMs + minute);
		return pollOf(changes, sender, asked, 50);
	});
}
