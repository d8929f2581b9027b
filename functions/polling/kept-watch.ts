import * as z from "zod/mini";
import { waitSeconds } from "../asking/backoff.ts";
import { unfitAttribute } from "../inbox/name.ts";
import { UnfitWatch, type WatchRequest } from "../inbox/watch-request.ts";
import type { Watch, Watches } from "./poll.ts";

/** A watch as it is kept. */
export interface KeptWatch extends Watch {
	/** when it is to be asked about next */
	due: Date;
	/** how often it has been */
	asked: number;
	/** whether asking has ever shown anything */
	seen: boolean;
	version: number;
}

/** Where a provider's watches are kept. */
export interface WatchStore {
	/** oldest first, as far as the index knows */
	due(now: Date): AsyncGenerator<KeptWatch>;
	/** moves it to its next due time; undefined where another run has, or it is gone */
	claim(watch: KeptWatch, due: Date): Promise<KeptWatch | undefined>;
	/** puts a claimed watch back where it was: nothing could be asked */
	release(claimed: KeptWatch, before: KeptWatch): Promise<void>;
	/** asking has shown something */
	markSeen(watch: KeptWatch): Promise<void>;
	/** false where it has been asked for again since it was read or claimed */
	end(watch: KeptWatch): Promise<boolean>;
	start(request: StartWatch): Promise<{ known: boolean }>;
}

/** A request for a watch; `asked` where its subject has been asked about already. */
export type StartWatch = WatchRequest & { deadline?: Date; asked?: number };

const deadlineHours = 72;
const hourMs = 3_600_000;

export interface WatchOptions {
	rules: Watches;
	retentionDays: number;
	now: Date;
	random: number;
}

/** What was asked for as a watch; the next run puts its first question. */
export function beginWatch(
	request: StartWatch,
	{ rules, retentionDays, now, random }: WatchOptions,
): KeptWatch {
	const subject = z.safeParse(rules.subject, request.subject);
	if (!subject.success)
		throw new UnfitWatch(
			"subject",
			subject.error.issues.map(({ message }) => message).join("; "),
		);
	const { reference, asked = 0 } = request;
	for (const [field, name = ""] of [
		["subject", subject.data],
		["reference", reference],
	] as const) {
		const why = unfitAttribute(name);
		if (why !== undefined) throw new UnfitWatch(field, why);
	}
	const kind = request.kind ?? rules.kinds[0];
	if (!rules.kinds.includes(kind))
		throw new UnfitWatch("kind", `can be ${rules.kinds.join(", ")}`);
	const retentionMs = retentionDays * 24 * hourMs;
	const deadline =
		request.deadline ?? new Date(now.getTime() + deadlineHours * hourMs);
	if (deadline <= now) throw new UnfitWatch("deadline", "lies in the past");
	if (deadline.getTime() - now.getTime() >= retentionMs)
		throw new UnfitWatch(
			"deadline",
			`must be less than ${retentionDays} days away, which is how long events are remembered`,
		);
	const watch = { subject: subject.data, kind, reference, startedAt: now };
	const kept = { ...watch, deadline, asked, seen: false, version: 1 };
	const again = () => nextDue({ ...kept, due: now }, rules, now, random);
	return { ...kept, due: asked === 0 ? now : again() };
}

/** When to ask next, never later than the deadline while that is ahead. */
export function nextDue(
	{ asked, deadline }: KeptWatch,
	rules: Watches,
	now: Date,
	random: number,
): Date {
	const wait = waitSeconds(rules, asked, random) * 1000;
	const due = new Date(now.getTime() + Math.round(wait));
	return now < deadline && deadline < due ? deadline : due;
}
